/** One statement of a configuration, from the root to its last word: `interfaces ge-0/0/0 unit 0 family inet`. */
export type Statement = readonly string[]

type Token = { is: 'word'; text: string } | { is: 'open' | 'close' | 'end' }

const marks: Readonly<Record<string, Token>> = {
  '{': { is: 'open' },
  '}': { is: 'close' },
  ';': { is: 'end' },
}

/** Words, quoted texts (which may have several lines) and marks; comments are left out. */
function* tokensOf(text: string): Generator<Token> {
  const pattern = /\/\*[\s\S]*?\*\/|#[^\n]*|"(?:[^"\\]|\\[\s\S])*"|[{};]|[^\s{};"]+/g
  for (const [found] of text.matchAll(pattern)) {
    if (found.startsWith('/*') || found.startsWith('#')) continue
    const mark = marks[found]
    if (mark) yield mark
    else yield { is: 'word', text: found.startsWith('"') ? found.slice(1, -1) : found }
  }
}

/** Deeper than any device's configuration; protects against one that only opens. */
const deepest = 100

/**
 * Configurations in braces (Junos OS, PAN-OS) as statements; an empty pair of braces is one too. What Junos marks as
 * inactive is left out.
 */
export function bracedStatements(text: string): Statement[] {
  const statements: Statement[] = []
  const path: { words: string[]; isEmpty: boolean }[] = []
  let words: string[] = []
  const note = (rest: readonly string[]) => {
    const all = [...path.flatMap((level) => level.words), ...rest]
    if (!all.includes('inactive:')) statements.push(all)
  }
  for (const token of tokensOf(text)) {
    if (token.is === 'word') words.push(token.text)
    else if (token.is === 'open') {
      const above = path.at(-1)
      if (above) above.isEmpty = false
      if (path.length < deepest) path.push({ words, isEmpty: true })
      words = []
    } else if (token.is === 'end') {
      const above = path.at(-1)
      if (above) above.isEmpty = false
      if (words.length > 0) note(words)
      words = []
    } else {
      if (path.at(-1)?.isEmpty) note([])
      path.pop()
      words = []
    }
  }
  return statements
}

const setWord = /"(?:[^"\\]|\\.)*"|\S+/g

/** The same configuration as `set` lines; what is deactivated is left out. */
export function setStatements(text: string): Statement[] {
  const lines = text.split('\n').map((line) => line.trim())
  const wordsOf = (line: string) =>
    (line.match(setWord) ?? []).slice(1).map((word) => (word.startsWith('"') ? word.slice(1, -1) : word))
  const off = lines
    .filter((line) => line.startsWith('deactivate '))
    .map((line) => `${wordsOf(line).join(' ')} `)
  return lines
    .filter((line) => line.startsWith('set '))
    .map(wordsOf)
    .filter((words) => !off.some((prefix) => `${words.join(' ')} `.startsWith(prefix)))
}

/** Either form, by what it looks like. */
export const statementsOf = (text: string): Statement[] =>
  /^set \S/m.test(text) && !/^\S[^\n]*\{\s*$/m.test(text) ? setStatements(text) : bracedStatements(text)
