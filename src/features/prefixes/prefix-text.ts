import type { z } from 'zod'
import type {
  AddressDetail,
  Claim,
  Conflict,
  FreeAddresses,
  Freshness,
  PrefixDetail,
} from '#features/prefixes/prefix-shapes.ts'
import { alignedLines } from '#kernel/aligned-lines.ts'

type Told<Shape extends z.ZodType> = z.output<Shape>

const minute = (at: string): string => `${at.slice(0, 16).replace('T', ' ')} UTC`

const size = (count: number): string =>
  count > 1e9 ? `about 10^${Math.round(Math.log10(count))}` : `${count}`

/** When each source was last read to its end: what is free is only as free as that. */
function freshnessLines(freshness: readonly Told<typeof Freshness>[]): string[] {
  if (freshness.length === 0) return ['No source was read yet.']
  const rows = freshness.map(({ source, completeAt, status }) => [
    `  ${source}`,
    completeAt === null ? 'never to its end' : minute(completeAt),
    status === null || status === 'complete' ? '' : status,
  ])
  return ['Known from:', ...alignedLines(rows)]
}

const conflictLines = (conflicts: readonly Told<typeof Conflict>[]): string[] =>
  conflicts.map(({ text }) => `! ${text}`)

/** One free address a line, with who had it last, and how fresh that knowledge is. */
export function freeText({ addresses, free, freshness }: Told<typeof FreeAddresses>): string {
  const rows = addresses.map(({ address, lastHolder, lastSeen }) => [
    address,
    lastHolder === null ? 'never seen' : `last ${lastHolder}, ${minute(lastSeen!)}`,
  ])
  return [...alignedLines(rows), '', `${size(free)} free in all`, ...freshnessLines(freshness)].join('\n')
}

/** Who has an address, where it lies, and what is wrong with it. */
export function addressText({
  address,
  places,
  lastHolder,
  lastSeen,
  freshness,
}: Told<typeof AddressDetail>): string {
  const lines = places.flatMap(({ vrf, claims, prefixes, conflicts }) => [
    `in ${prefixes.length === 0 ? 'no known prefix' : prefixes.toReversed().join(' in ')}${inTable(vrf)}`,
    ...(claims.length === 0 ? ['  free, as far as is known'] : alignedLines(claims.map(claimRow))),
    ...conflictLines(conflicts),
  ])
  return [
    address,
    ...(lines.length === 0 ? ['in no known prefix, and nobody is known to have it'] : lines),
    ...(lastHolder === null ? [] : [`last ${lastHolder}, ${minute(lastSeen!)}`]),
    '',
    ...freshnessLines(freshness),
  ].join('\n')
}

const inTable = (vrf: string): string => (vrf === '' ? '' : `, routing table ${vrf}`)

const claimRow = ({ name, port, mac, length, isShared, seen }: Told<typeof Claim>): string[] => [
  `  ${name}`,
  `${port ?? ''}${length === null ? '' : ` /${length}`}${isShared ? ' shared' : ''}`.trim(),
  mac ?? '',
  `seen ${minute(seen)}`,
]

/** A prefix as a person reads it: whose it is, how full it is, what it holds and what is wrong in it. */
export function prefixText(prefix: Told<typeof PrefixDetail>): string {
  const { names, site, vlan, status, sources, interfaces, parent, used, total, free } = prefix
  const facts: readonly (readonly [name: string, text: string | null])[] = [
    ['name', names.join(', ') || null],
    ['within', parent],
    ['site', site],
    ['vlan', vlan === null ? null : `${vlan}`],
    ['status', status],
    ['used', `${used} of ${size(total)}, ${size(free)} free`],
    ['listed by', sources.join(', ') || 'no source'],
    ['interfaces', `${interfaces}`],
  ]
  const told = facts.flatMap(([name, text]) => (text === null ? [] : [[name, text]]))
  const children = prefix.children.map((child) => [
    `  ${child.prefix}`,
    child.names.join(', '),
    `${child.used} of ${size(child.total)}`,
  ])
  return [
    `${prefix.prefix}${inTable(prefix.vrf)}`,
    ...alignedLines(told),
    ...(children.length === 0 ? [] : ['holds', ...alignedLines(children)]),
    ...conflictLines(prefix.problems),
    ...(prefix.conflicts > prefix.problems.length
      ? [`! and ${prefix.conflicts - prefix.problems.length} more`]
      : []),
    '',
    ...freshnessLines(prefix.freshness),
  ].join('\n')
}
