import type { Part, Phrase, Token } from '#features/words/selection-words.ts'
import { sureOfPair } from '#features/words/synonyms.ts'
import type { SubjectName } from '#query/field.ts'

/** So many words a phrase has at most. */
const longest = 10

const age = String.raw`(?:(?<count>\d{1,6}) ?|(?:a|an|one) |(?<=(?:last|past) ))(?<unit>minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|mo|[hdwy])`
const more = '(?:(?:more than|over|at least|longer than) )?'
const span = `(?:for|in|within|since|during) (?:the )?(?:last |past )?${more}${age}(?: or (?:more|longer))?`
const date = String.raw`(?<date>\d{4}-\d{2}(?:-\d{2})?|today|yesterday)`
const unseen = '(?:(?:have |has |were |was )?not (?:been )?seen|unseen)'

/** Phrases of time with what they mean for certain; every other way of saying it is asked about. */
const times: readonly [form: string, condition: (groups: Readonly<Record<string, string>>) => string][] = [
  [`${unseen} ${span}`, (groups) => `seen>${ageOf(groups)}`],
  [`${unseen} since ${date}`, ({ date: day }) => `seen<${day}`],
  [`last seen (?:more than|over|at least|longer than) ${age} ago`, (groups) => `seen>${ageOf(groups)}`],
  [`(?:last )?seen before ${date}`, ({ date: day }) => `seen<${day}`],
  [
    `(?:last )?seen (?:in|within|during) (?:the )?(?:last |past )?${age}`,
    (groups) => `seen<${ageOf(groups)}`,
  ],
  [`(?:last )?seen less than ${age} ago`, (groups) => `seen<${ageOf(groups)}`],
  [`(?:last )?seen since ${date}`, ({ date: day }) => `seen>=${day}`],
  [`(?:last )?seen (?<date>today|yesterday)`, ({ date: day }) => `seen:${day}`],
  [`first seen (?:in|within|during) (?:the )?(?:last |past )?${age}`, (groups) => `first<${ageOf(groups)}`],
  [`(?:created|added) (?:in|within) the (?:last |past )${age}`, (groups) => `created<${ageOf(groups)}`],
]
const timeForms = times.map(([form, condition]) => [new RegExp(`^${form}(?= |$)`), condition] as const)

function ageOf({ count = '1', unit = 'd' }: Readonly<Record<string, string>>): string {
  const short = unit.startsWith('mi') ? 'min' : unit.startsWith('mo') ? 'mo' : unit[0]!
  return `${count}${short}`
}

const noTag = /^(?:untagged|without (?:a |any )?(?:tag|tags|label|labels)|with no tags?)(?= |$)/
const olderThan = new RegExp(`^older than ${age}(?= |$)`)

/** Something may be old because it was not seen, or because it has been there for long. */
const askOlder =
  (subject: SubjectName, old: string): Part['ask'] =>
  (put) => ({
    text: 'Older by what: last seen, or first seen?',
    choices: [`seen>${old}`, `first>${old}`, ...(subject === 'device' ? [`created>${old}`] : [])].map(put),
  })

/** `without tag legacy` goes on with a name, and so is none of these. */
const isEnd = (rest: string): boolean => /^(?: (?:and|or|in|at|with|from|not|except)\b|$)/.test(rest)

/** A phrase that means one condition for certain, whatever the inventory holds. */
export function phraseAt(subject: SubjectName, tokens: readonly Token[], at: number): Phrase | undefined {
  const text = runFrom(tokens, at)
  if (text === '') return undefined
  for (const [form, condition] of timeForms) {
    const found = form.exec(text)
    if (found) return phraseOf(tokens, at, found[0], { text: condition(found.groups ?? {}), is: 'condition' })
  }
  const old = olderThan.exec(text)
  if (old)
    return phraseOf(tokens, at, old[0], {
      text: old[0],
      is: 'condition',
      ask: askOlder(subject, ageOf(old.groups ?? {})),
    })
  const bare = subject === 'device' ? noTag.exec(text)?.[0] : undefined
  if (bare !== undefined && (bare === 'untagged' || isEnd(text.slice(bare.length))))
    return phraseOf(tokens, at, bare, { text: '-has:tag', is: 'condition' })
  const [first = '', second = ''] = text.split(' ')
  const pair = sureOfPair(subject, first, second)
  if (pair === undefined) return undefined
  return phraseOf(tokens, at, `${first} ${second}`, {
    text: pair,
    is: pair.startsWith('type:') ? 'noun' : 'condition',
    list: listOfCondition(pair),
  })
}

/** The words from here to the next that is typed or has a comma. */
function runFrom(tokens: readonly Token[], at: number): string {
  const words: string[] = []
  for (const { lower, isTyped, hasComma } of tokens.slice(at, at + longest)) {
    if (isTyped) break
    words.push(lower)
    if (hasComma) break
  }
  return words.join(' ')
}

function phraseOf(tokens: readonly Token[], at: number, text: string, part: Part): Phrase {
  const next = at + text.split(' ').length
  return { part: { ...part, hasComma: tokens[next - 1]!.hasComma }, next }
}

/** A condition of one field and one value as the beginning of a list. */
export function listOfCondition(condition: string): Part['list'] {
  const found = /^(type|name):([^\s,]+|"[^"]*")$/u.exec(condition)
  return found ? { field: found[1]!, values: [found[2]!] } : undefined
}
