import { relationshipWords } from '../device/relationship-words.ts'
import { deviceTypeName } from '../device-words.ts'
import { capitalised, formatValue, inWords } from '../format.ts'

/** One fact that differs, as people read it. */
export interface DiffLine {
  path: string
  label: string
  /** Empty for what was not there. */
  before: string
  after: string
  /** The number of the other device that it is about. */
  device?: number
}

type Facts = Readonly<Record<string, unknown>>

const labels: Record<string, string> = {
  deviceType: 'Type',
  os: 'Operating system',
  serial: 'Serial number',
  driver: 'Backup driver',
  retiredAt: 'Retired',
  'vm/cpuCount': 'CPUs',
  'vm/memoryMb': 'Memory (MiB)',
  'vm/guestOs': 'Guest system',
}

const groups: Record<string, string> = {
  interfaces: 'Interface',
  custom: '',
  vm: '',
}

/** `firstSeen` and `network_device` in words. */
const spaced = (name: string): string => inWords(name.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase())

/** The name of a fact as people read it: `interfaces/eth0` is Interface eth0. */
export function factLabel(path: string): string {
  const known = labels[path]
  if (known !== undefined) return known
  const [first, ...rest] = path.split('/') as [string, ...string[]]
  if (rest.length === 0) return capitalised(spaced(first))
  if (first === 'config') return `Configuration of ${rest[0]}, version`
  if (first === 'metadata') return rest.slice(1).join(' / ') || rest[0]!
  if (first === 'relationships') return capitalised(spaced(rest[0]!))
  const group = groups[first]
  if (group === undefined) return `${capitalised(spaced(first))} ${rest.join('/')}`
  return group === '' ? capitalised(spaced(rest.join(' '))) : `${group} ${rest.join(' ')}`
}

const isObject = (value: unknown): value is Facts =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)

/** Parts of a thing that tell nothing are left out: `mac 00:1b:…, addresses 192.0.2.7`. */
function told(value: unknown): string {
  if (!isObject(value)) return value === true ? 'yes' : formatValue(value)
  return Object.entries(value)
    .filter(([, part]) => !isNothing(part) && !(isObject(part) && Object.keys(part).length === 0))
    .map(([name, part]) => `${spaced(name)} ${told(part)}`)
    .join(', ')
}

/** What differs between two states, fact by fact; of a thing that changed, only the parts that did. */
export function diffLines(before: Facts, after: Facts): DiffLine[] {
  const all = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  // What a person enters is a record too, which tells nothing that its facts do not.
  const paths = all.filter((path) => !/^(tags|records\/manual)\//.test(path))
  return [
    ...paths.toSorted(byWeight).flatMap((path) => linesOf(path, factLabel(path), before[path], after[path])),
    ...tagLine(before, after),
  ]
}

/** Tags come and go in one line. */
function tagLine(before: Facts, after: Facts): DiffLine[] {
  const tagsOf = (facts: Facts) =>
    Object.keys(facts)
      .filter((path) => path.startsWith('tags/') && !isNothing(facts[path]))
      .map((path) => path.slice('tags/'.length))
      .toSorted()
      .join(', ')
  const line = { path: 'tags', label: 'Tags', before: tagsOf(before), after: tagsOf(after) }
  return line.before === line.after ? [] : [line]
}

function linesOf(path: string, label: string, was: unknown, is: unknown): DiffLine[] {
  if (path.startsWith('relationships/')) return relationshipLine(path, was, is)
  if (path.startsWith('records/')) {
    const record = path.split('/').slice(1).join(' ')
    const there = (value: unknown) => (isNothing(value) ? '' : record)
    const line = { path, label: 'Record', before: there(was), after: there(is) }
    return line.before === line.after ? [] : [line]
  }
  if (isObject(was) && isObject(is)) {
    const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
      (name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]),
    )
    return names.flatMap((name) =>
      linesOf(`${path}/${name}`, `${label} ${spaced(name)}`, was[name], is[name]),
    )
  }
  const value = path === 'deviceType' ? (type: unknown) => told(type && deviceTypeName(String(type))) : told
  const line = { path, label, before: value(was), after: value(is) }
  return line.before === line.after ? [] : [line]
}

/** `relationships/hosts/parent/7` is Runs on: device 7. */
function relationshipLine(path: string, was: unknown, is: unknown): DiffLine[] {
  const [, type, other, id] = path.split('/')
  const label = relationshipWords[`${type}/${other}` as keyof typeof relationshipWords] ?? factLabel(path)
  const there = (value: unknown) => (isNothing(value) ? '' : `device ${id}`)
  const line = { path, label, before: there(was), after: there(is), device: Number(id) }
  return line.before === line.after ? [] : [line]
}

const usualOrder = 'name deviceType status os address vendor model serial site rack owner'.split(' ')

/** The usual facts first, the parts of other groups last. */
function byWeight(left: string, right: string): number {
  const weight = (path: string) => {
    const place = usualOrder.indexOf(path)
    return place >= 0 ? place : usualOrder.length + (path.includes('/') ? 1 : 0)
  }
  return weight(left) - weight(right) || left.localeCompare(right)
}

/** Who did it without what is shown apart: `run:17 by system:schedule` is `schedule`. */
export function whoDid(by: string): string {
  const who = /^run:\d+ by (.+)$/.exec(by)?.[1] ?? by
  return who.replace(/^(system|cli|token):/, '')
}
