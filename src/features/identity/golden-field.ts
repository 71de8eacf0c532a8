import { staleAmong, areEqual } from '#features/identity/golden-belief.ts'
import type { Beliefs, FieldRule, LinkedContent } from '#features/identity/golden-belief.ts'
import { agree } from '#features/identity/field-agreement.ts'
import type { Json } from '#kernel/json.ts'

/** Fields that people may lock or prefer a source of; sources may contradict each other in them. */
export const goldenFields = [
  'name',
  'deviceType',
  'address',
  'serial',
  'vendor',
  'model',
  'os',
  'driver',
  'site',
  'rack',
  'owner',
] as const
export type GoldenField = (typeof goldenFields)[number]

/** What one record says of a field. */
export interface Claim {
  content: LinkedContent
  value: Json
}

/** The value of a field, and why it is that. */
export interface Choice {
  value: Json | undefined
  /** The record that gave it; none for a value that a person locked. */
  content: LinkedContent | undefined
  /** In words: `locked by ada`, `entered by hand`, `preferred source netbox`. */
  reason: string
  /** A person has said what counts, so sources that say otherwise are no conflict. */
  isDecided: boolean
  /** Everything that was said, the most believed first. */
  claims: Claim[]
}

/**
 * Lock before what was entered by hand, that before a preferred source, that before the order of belief. The claims
 * come in the order of belief.
 */
export function chooseField(field: string, claims: readonly Claim[], { device, rules }: Beliefs): Choice {
  const own = rules.filter((rule) => rule.field === field)
  const lock = own.find((rule) => rule.kind === 'lock' && rule.device !== null && rule.device === device)
  const locked = lock && lockedChoice(lock, claims)
  if (locked) return locked
  const [first] = claims
  if (first === undefined)
    return { value: undefined, content: undefined, reason: '', isDecided: false, claims: [] }
  const said = (claim: Claim, reason: string, isDecided: boolean): Choice => ({
    value: claim.value,
    content: claim.content,
    reason,
    isDecided,
    claims: [claim, ...claims.filter((each) => each !== claim)],
  })
  if (first.content.system === 'manual') return said(first, 'entered by hand', true)
  const preference =
    preferOf(own, device ?? null) ??
    preferOf(own, null) ??
    preferOf(
      rules.filter((rule) => rule.field === '*'),
      null,
    )
  const preferred = preference && firstPreferred(preference, claims)
  if (preferred) return said(preferred.claim, `preferred source ${preferred.name}`, preference.field !== '*')
  return said(first, reasonOf(claims), false)
}

function lockedChoice(lock: FieldRule, claims: readonly Claim[]): Choice | undefined {
  const reason = `locked by ${lock.by}`
  const [source] = lock.sources
  if (source === undefined)
    return { value: lock.value, content: undefined, reason, isDecided: true, claims: [...claims] }
  const claim = claims.find(({ content }) => isOf(content, source))
  return claim && { value: claim.value, content: claim.content, reason, isDecided: true, claims: [...claims] }
}

const preferOf = (rules: readonly FieldRule[], device: number | null): FieldRule | undefined =>
  rules.find((rule) => rule.kind === 'prefer' && rule.device === device)

const isOf = ({ source, system }: LinkedContent, name: string): boolean => source === name || system === name

/** A source that has lost the record is no longer preferred to those that hold it. */
function firstPreferred(
  { sources }: FieldRule,
  claims: readonly Claim[],
): { claim: Claim; name: string } | undefined {
  for (const name of sources) {
    const claim = claims.find(({ content }) => content.isHeld && isOf(content, name))
    if (claim) return { claim, name }
  }
  return undefined
}

function reasonOf([first, second]: readonly Claim[]): string {
  if (second === undefined) return 'only source'
  const isStale = staleAmong([first!.content, second.content])
  const isFresher = areEqual(first!.content, second.content) && isStale(second.content)
  return isFresher ? 'seen more recently' : 'most believed source'
}

/** What sources contradict each other in, as `device_conflicts` keeps it. */
export interface Conflict {
  field: string
  /** The one that counts comes first, then one for every other value, the most believed first. */
  claims: { source: string; recordId: number; value: Json }[]
}

/** Addresses are many by nature: that sources name different ones is no contradiction. */
const mayContradict = (field: string): boolean => field !== 'address'

/** The contradictions of a device: what several sources that hold it say differently, and no person has decided. */
export function conflictsOf(fields: ReadonlyMap<string, Choice>): Conflict[] {
  return [...fields].flatMap(([field, { claims, isDecided }]) => {
    if (isDecided || !mayContradict(field)) return []
    const isStale = staleAmong(claims.map(({ content }) => content))
    const sound = claims.filter(
      ({ content }) => content.isHeld && content.record.kind === 'device' && !isStale(content),
    )
    const distinct: Claim[] = []
    for (const claim of sound) {
      if (!distinct.some((each) => agree(field, each.value, claim.value))) distinct.push(claim)
    }
    if (distinct.length < 2) return []
    return [
      {
        field,
        claims: distinct.map(({ content, value }) => ({
          source: content.source,
          recordId: content.recordId,
          value,
        })),
      },
    ]
  })
}
