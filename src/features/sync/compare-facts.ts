import type { StateDifference } from '#features/inventory/device-state.ts'
import type { FactText } from '#features/sync/fact-content.ts'
import type { StoredFact } from '#features/sync/fact-queries.ts'
import { canonicalJson, type Json } from '#kernel/json.ts'

/** What has to be done to the kept facts of one machine. */
export interface FactSteps {
  added: [name: string, fact: FactText][]
  updated: { id: number; fact_value: string; volatile: boolean }[]
  /** Ids of rows. */
  removed: number[]
  /** What of it belongs into the history: `facts/NAME` before and after. */
  difference: StateDifference
}

/** Compares all that a machine told, or only what changes at every reading, with what is kept of that. */
export function compareFacts(
  told: ReadonlyMap<string, FactText>,
  stored: readonly StoredFact[],
  onlyVolatile: boolean,
): FactSteps {
  const steps: FactSteps = { added: [], updated: [], removed: [], difference: { before: {}, after: {} } }
  const note = (name: string, before: Json, after: Json) => {
    steps.difference.before[`facts/${name}`] = before
    steps.difference.after[`facts/${name}`] = after
  }
  const kept = new Set<string>()
  for (const { id, name, value, isVolatile } of stored) {
    kept.add(name)
    const now = told.get(name)
    if (now === undefined) {
      steps.removed.push(id)
      if (!isVolatile) note(name, parsed(value), null)
      continue
    }
    const isSame = now.text === canonical(value)
    if (isSame && now.isVolatile === isVolatile) continue
    steps.updated.push({ id, fact_value: now.text, volatile: now.isVolatile })
    if (!isSame && !now.isVolatile) note(name, parsed(value), parsed(now.text))
  }
  for (const [name, fact] of told) {
    if (kept.has(name) || (onlyVolatile && !fact.isVolatile)) continue
    steps.added.push([name, fact])
    if (!fact.isVolatile) note(name, null, parsed(fact.text))
  }
  return steps
}

const parsed = (text: string | null): Json => (text === null ? null : (JSON.parse(text) as Json))

/** PostgreSQL keeps JSON in an order of its own. */
const canonical = (text: string | null): string => canonicalJson(parsed(text))
