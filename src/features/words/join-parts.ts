import type { Part } from '#features/words/selection-words.ts'
import type { Question } from '#features/words/word-shapes.ts'

/** `db-1, db-2 and db-3` counts up names, which one condition asks for. */
export function withListsOfNames(parts: readonly Part[]): Part[] {
  const joined: Part[] = []
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at]!
    const nounAt = followingNoun(parts, at, ['and', 'or'])
    const next = nounAt === undefined ? undefined : parts[nounAt]
    if (nounAt === undefined || part.list?.field !== 'name' || next?.list?.field !== 'name') {
      joined.push(part)
      continue
    }
    const values = [...new Set([...part.list.values, ...next.list.values])]
    const merged: Part = { ...next, text: `name:${values.join(',')}`, list: { field: 'name', values } }
    return withListsOfNames([...joined, merged, ...parts.slice(nounAt + 1)])
  }
  return joined
}

/** Where the noun stands that is counted up after this one: behind a comma or one of these words. */
function followingNoun(parts: readonly Part[], at: number, links: readonly string[]): number | undefined {
  const { is, hasComma } = parts[at]!
  if (is !== 'noun') return undefined
  const hasLink = parts[at + 1]?.is === 'link' && links.includes(parts[at + 1]!.text)
  const next = at + (hasLink ? 2 : 1)
  return (hasLink || hasComma) && parts[next]?.is === 'noun' ? next : undefined
}

/** The query as it would be typed; nouns that are counted up become alternatives. */
export function textOfParts(parts: readonly Part[]): string {
  const joined = withListsOfNames(parts)
  const runs: Part[][] = []
  let next: number | undefined
  for (let at = 0; at < joined.length; at = next ?? at + 1) {
    if (next === at) runs.at(-1)!.push(joined[at]!)
    else runs.push([joined[at]!])
    next = followingNoun(joined, at, ['and'])
  }
  const texts = runs.map((run) => {
    const either = run.map(({ text }) => text).join(' or ')
    return run.length > 1 && runs.length > 1 && !run.some(({ ask }) => ask) ? `(${either})` : either
  })
  return texts.join(' ')
}

/** What has to be asked where words are understood and their order is not; undefined where it is clear. */
export function questionOfOrder(
  parts: readonly Part[],
  rewrite: (selection: string) => string,
): Question | undefined {
  return (
    sideBySide(parts, rewrite) ??
    countedUp(parts, rewrite) ??
    addedNoun(parts, rewrite) ??
    reachOfExcept(parts, rewrite) ??
    reachOfOr(parts, rewrite)
  )
}

const plain = (parts: readonly Part[]): string => parts.map(({ text }) => text).join(' ')

/** `web-01 web-02`: nothing has two names. */
function sideBySide(parts: readonly Part[], rewrite: (selection: string) => string): Question | undefined {
  const isName = (part: Part | undefined) => part?.is === 'noun' && part.list?.field === 'name'
  const at = parts.findIndex((part, index) => isName(part) && isName(parts[index + 1]))
  if (at < 0) return undefined
  const joined = withListsOfNames(parts.map((part) => (isName(part) ? { ...part, hasComma: true } : part)))
  return { text: 'Nothing has two names: do you mean each of them?', choices: [rewrite(plain(joined))] }
}

/** `vms and servers` are both to a person and nothing to a query, which asks for what is both at once. */
function countedUp(parts: readonly Part[], rewrite: (selection: string) => string): Question | undefined {
  const at = parts.findIndex((_, index) => followingNoun(parts, index, ['and']) !== undefined)
  if (at < 0) return bothKindsTyped(parts, rewrite)
  const run = [parts[at]!]
  let end = at
  for (;;) {
    const next = followingNoun(parts, end, ['and'])
    if (next === undefined) break
    run.push(parts[next]!)
    end = next
  }
  const [before, after] = [parts.slice(0, at), parts.slice(end + 1)]
  const say = (text: string) => rewrite([plain(before), text, plain(after)].filter((each) => each).join(' '))
  if (run.every(({ list }) => list?.field === 'type')) {
    const kinds = [...new Set(run.flatMap(({ list }) => list!.values))].join(',')
    return bothKinds(say(`type:${kinds}`))
  }
  const isAlone = before.length === 0 && after.length === 0
  const either = run.map(({ text }) => text).join(' or ')
  const text = 'Are all of these meant, or only what is all of it at once?'
  const open = !isAlone && before.length === 0 ? [say(either)] : []
  return { text, choices: [say(isAlone ? either : `(${either})`), ...open, say(plain(run))] }
}

/** `vms in Graz and web-01`: a device beside them, or one of them. */
function addedNoun(parts: readonly Part[], rewrite: (selection: string) => string): Question | undefined {
  const isJoined = (at: number) => parts[at]?.is === 'link' && parts[at]!.text === 'and'
  const at = parts.findIndex(({ is }, index) => {
    const before = parts[isJoined(index - 1) ? index - 2 : index - 1]
    return is === 'noun' && before?.is === 'condition' && (isJoined(index - 1) || before.hasComma)
  })
  if (at < 0) return undefined
  const before = parts.slice(0, isJoined(at - 1) ? at - 1 : at)
  return {
    text: `Is ${parts[at]!.text} meant besides, or only where all of it is so?`,
    choices: [
      rewrite(`${plain(before)} or ${plain(parts.slice(at))}`),
      rewrite(`${plain(before)} ${plain(parts.slice(at))}`),
    ],
  }
}

const bothKinds = (choice: string): Question => ({
  text: 'Nothing is of two kinds at once: do you mean both kinds?',
  choices: [choice],
})

function bothKindsTyped(
  parts: readonly Part[],
  rewrite: (selection: string) => string,
): Question | undefined {
  const kind = /^type:\w+$/
  const at = parts.findIndex(
    ({ text }, index) =>
      text.toLowerCase() === 'and' &&
      kind.test(parts[index - 1]?.text ?? '') &&
      kind.test(parts[index + 1]?.text ?? ''),
  )
  if (at < 0) return undefined
  const [first, second] = [parts[at - 1]!.text, parts[at + 1]!.text]
  if (first === second) return undefined
  const either = { text: `${first},${second.slice('type:'.length)}`, is: 'typed' as const }
  return bothKinds(rewrite(plain([...parts.slice(0, at - 1), either, ...parts.slice(at + 2)])))
}

/** `vms except db-1 in Graz`: whether what comes behind is said of the exception or of all. */
function reachOfExcept(parts: readonly Part[], rewrite: (selection: string) => string): Question | undefined {
  const at = parts.findIndex(({ isExcept }) => isExcept)
  const [first, ...rest] = parts.slice(at + 1)
  if (at < 0 || !first || rest.length === 0) return undefined
  const before = plain(parts.slice(0, at))
  return {
    text: `How much is left out: ${first.text} alone, or with what is said after it?`,
    choices: [
      rewrite(`${before} -${first.text} ${plain(rest)}`.trim()),
      rewrite(`${before} -(${plain([first, ...rest])})`.trim()),
    ],
  }
}

/** `inactive vms or servers in Graz`: how far `or` reaches among words of every day. */
function reachOfOr(parts: readonly Part[], rewrite: (selection: string) => string): Question | undefined {
  if (parts.some(({ is, text }) => is === 'typed' && /^[()]|[()]$/.test(text))) return undefined
  const ors = parts.flatMap(({ is, text }, at) => (is === 'link' && text === 'or' ? [at] : []))
  const ofEveryday = ors.filter((at) => [at - 1, at + 1].some((near) => parts[near]?.is !== 'typed'))
  const sides = [-1, ...ors].map((at, index) => parts.slice(at + 1, ors[index] ?? parts.length))
  if (ofEveryday.length === 0 || sides.every((side) => side.length === 1)) return undefined
  const choices = [
    rewrite(sides.map((side) => (side.length > 1 ? `(${plain(side)})` : plain(side))).join(' or ')),
  ]
  const [at] = ors
  const near = at === undefined ? [] : parts.slice(at - 1, at + 2)
  if (ors.length === 1 && near.length === 3 && !near.some(({ text }) => text === 'not')) {
    const bracketed = [
      ...parts.slice(0, at! - 1),
      { ...near[0]!, text: `(${plain(near)})` },
      ...parts.slice(at! + 2),
    ]
    choices.unshift(rewrite(plain(bracketed)))
  }
  return { text: 'How far does or reach here?', choices }
}
