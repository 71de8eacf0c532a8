import { entryOf } from '#features/words/words.ts'
import type { SubjectName } from '#query/field.ts'
import { findField, subjects } from '#query/subjects.ts'

/** Words that add nothing to a selection. */
export const fillers = new Set(
  'a an the all every each any everything device devices machine machines host hosts that which who are is be where matching of our please only'.split(
    ' ',
  ),
)

/** Words by which somebody says that everything is meant. */
export const wholes = new Set(['all', 'every', 'each', 'any', 'everything'])

/** Words of two that mean one condition, for certain. */
const pairs: Readonly<Record<string, string>> = {
  'virtual machines': 'type:vm',
  'powered on': 'power:on',
  'powered off': 'power:off',
  'switched on': 'power:on',
  'switched off': 'power:off',
  'turned on': 'power:on',
  'turned off': 'power:off',
}

/** Ways of saying a kind beside the words of the query language. */
const kinds: Readonly<Partial<Record<SubjectName, Readonly<Record<string, string>>>>> = {
  host: {
    computers: 'workstation',
    pcs: 'workstation',
    laptops: 'workstation',
    switches: 'network',
    routers: 'network',
  },
}

/** The condition that two words mean for certain: `powered off`, `iot devices`; undefined for other words. */
export function sureOfPair(subject: SubjectName, first: string, second: string): string | undefined {
  const pair = entryOf(pairs, `${first} ${second}`)
  if (pair !== undefined) return pair
  if (!/^(?:devices|machines|systems|hosts)$/.test(second)) return undefined
  const kind = kindNamed(subject, first)
  return kind === undefined ? undefined : `type:${kind}`
}

/** The kind that one is called by this word, in the singular. */
export function kindNamed(subject: SubjectName, word: string): string | undefined {
  const type = findField(subjects[subject], 'type')
  if (type?.type !== 'enum') return undefined
  return type.choices.find(
    ({ word: kind, also }) => kind !== 'unknown' && (kind === word || also?.includes(word)),
  )?.word
}

/** Words for things that are most likely of a kind; asked about. */
export const likelyKinds: Readonly<Partial<Record<SubjectName, Readonly<Record<string, string>>>>> = {
  device: {
    computer: 'workstation',
    computers: 'workstation',
    pc: 'workstation',
    pcs: 'workstation',
    laptop: 'workstation',
    laptops: 'workstation',
    printer: 'iot',
    printers: 'iot',
    camera: 'iot',
    cameras: 'iot',
    firewalls: 'network_device',
    disks: 'storage',
  },
  host: { printer: 'iot', printers: 'iot', camera: 'iot', cameras: 'iot', phones: 'iot' },
}

/**
 * The condition that a lone word means for certain: the plural of a kind (`vms`), the kind itself after `every`, or a
 * state. Undefined for anything else, which is asked about.
 */
export function sureOf(subject: SubjectName, word: string, isAfterWhole: boolean): string | undefined {
  const type = findField(subjects[subject], 'type')
  const status = findField(subjects[subject], 'status')
  if (type?.type === 'enum') {
    const own = entryOf(kinds[subject] ?? {}, word)
    if (own !== undefined) return `type:${own}`
    for (const choice of type.choices.filter((each) => each.word !== 'unknown')) {
      const names = [choice.word, ...(choice.also ?? [])]
      if (names.some((name) => pluralsOf(name).includes(word))) return `type:${choice.word}`
      if (isAfterWhole && names.includes(word)) return `type:${choice.word}`
    }
  }
  if (status?.type === 'enum' && word !== 'unknown') {
    const choice = status.choices.find((each) => each.word === word)
    if (choice) return `status:${choice.word}`
  }
  return undefined
}

const pluralsOf = (name: string): string[] => [`${name}s`, ...(/(ch|s|x)$/.test(name) ? [`${name}es`] : [])]

/** Words for a field that is entered by hand: certain ones, and those that are asked about. */
export const enteredSynonyms: Readonly<Record<string, { field: string; isSure: boolean }>> = {
  type: { field: 'deviceType', isSure: true },
  kind: { field: 'deviceType', isSure: true },
  state: { field: 'status', isSure: true },
  manufacturer: { field: 'vendor', isSure: true },
  location: { field: 'site', isSure: false },
  place: { field: 'site', isSure: false },
  datacenter: { field: 'site', isSure: false },
  room: { field: 'rack', isSure: false },
  cabinet: { field: 'rack', isSure: false },
  team: { field: 'owner', isSure: false },
  contact: { field: 'owner', isSure: false },
  responsible: { field: 'owner', isSure: false },
}
