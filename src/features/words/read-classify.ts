import { after, asking, selectionOf, splitAtLast } from '#features/words/reading.ts'
import type { Reading, Request } from '#features/words/reading.ts'
import { entryOf, textOf, type Word } from '#features/words/words.ts'
import { suggest } from '#kernel/suggest.ts'

const types = ['server', 'workstation', 'iot', 'network', 'unknown'] as const
const sureTypes: Readonly<Record<string, string>> = { servers: 'server', workstations: 'workstation' }
const unsureTypes: Readonly<Record<string, string>> = {
  pc: 'workstation',
  pcs: 'workstation',
  laptop: 'workstation',
  laptops: 'workstation',
  computers: 'workstation',
  switch: 'network',
  switches: 'network',
  router: 'network',
  routers: 'network',
  camera: 'iot',
  cameras: 'iot',
  printer: 'iot',
  printers: 'iot',
}
const decisions: Readonly<Record<string, string>> = { approve: 'approved', reject: 'rejected' }

/** `classify as server hosts vendor:dell`, `classify vendor:dell as server`, `approve hosts status:pending`. */
export function readClassify(request: Request): Reading {
  const verb = request.words[0]?.lower ?? ''
  const status = entryOf(decisions, verb)
  const rest = status === undefined ? after(request.words, 'classify') : request.words.slice(1)
  if (!rest) return undefined
  const begins = after(rest, 'as', 'hosts as')
  const backward = begins ? undefined : splitAtLast(rest, 'as')
  const typeWord = begins?.[0] ?? backward?.after[0]
  const selected = begins?.slice(1) ?? backward?.before ?? rest
  const isTyped = begins !== undefined || backward !== undefined
  if (backward && backward.after.length > 1)
    return asking('Classify as what? Say it as: classify as TYPE hosts QUERY')
  if (!isTyped && status === undefined)
    return asking(
      'Classify as what?',
      types.map((type) => `classify as ${type} hosts ${textOf(request.text, rest)}`),
    )
  return decided(request, { verb, status, typeWord, isTyped }, selected)
}

function decided(
  request: Request,
  {
    verb,
    status,
    typeWord,
    isTyped,
  }: { verb: string; status: string | undefined; typeWord: Word | undefined; isTyped: boolean },
  selected: readonly Word[],
): Reading {
  const say = (type: string | undefined, selection: string) =>
    status === undefined
      ? `classify as ${type} hosts ${selection}`
      : [verb, ...(type === undefined ? [] : [`as ${type}`]), `hosts ${selection}`].join(' ')
  const type = isTyped ? typeOf(typeWord?.lower ?? '') : undefined
  if (type && !('name' in type)) {
    const selection = textOf(
      request.text,
      selected.filter(({ lower }) => lower !== 'hosts'),
    )
    return asking(
      type.ask,
      type.choices.map((each) => say(each, selection)),
    )
  }
  return {
    action: 'classify',
    parameters: { ...(type ? { hostType: type.name } : {}), ...(status === undefined ? {} : { status }) },
    selection: selectionOf(request, selected, (other) => say(type?.name, other), 'host'),
  }
}

function typeOf(word: string): { name: string } | { ask: string; choices: string[] } {
  const sure = types.find((type) => type === word) ?? entryOf(sureTypes, word)
  if (sure !== undefined) return { name: sure }
  const unsure = entryOf(unsureTypes, word)
  if (unsure !== undefined) return { ask: `Does ${word} mean the type ${unsure}?`, choices: [unsure] }
  const near = suggest(word, types)
  return { ask: `There is no type of host ${word}`, choices: near === undefined ? [...types] : [near] }
}
