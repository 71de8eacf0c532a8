import { hash } from 'node:crypto'
import { cleanValue, cutId } from '#features/sync/clean-record.ts'
import { parseTimestamp, type Timestamp } from '#kernel/clock.ts'
import { canonicalJson, type JsonObject } from '#kernel/json.ts'
import type { ReportedFacts } from '#model/record.ts'

/** One fact as it is kept. */
export interface FactText {
  /** Canonical JSON. */
  text: string
  isVolatile: boolean
}

/** What one machine told of itself, ready to be compared. */
export interface FactContent {
  /** Of the device record. */
  sourceId: string
  collectedAt: Timestamp
  facts: ReadonlyMap<string, FactText>
  /** Of all that lasts, and of which facts there are. */
  hash: string
  /** Facts that are too large to be kept. */
  leftOut: string[]
}

/** A fact beyond this is a document; bytes of its JSON. */
export const largestFact = 262_144
/** Both are far beyond what a machine has, and protect against one that invents names. */
const longestName = 500
const mostFacts = 10_000

/** What a source tells of a machine, without what can't be kept. A fact that is null is none. */
export function factContentOf(reported: ReportedFacts, now: Timestamp): FactContent {
  const facts = new Map<string, FactText>()
  const leftOut: string[] = []
  const take = (values: JsonObject, isVolatile: boolean) => {
    for (const [name, value] of Object.entries(cleanValue(values))) {
      if (value === null || value === undefined) continue
      const text = canonicalJson(value)
      const isTooMuch = name.length > longestName || facts.size >= mostFacts || isLarge(text)
      if (isTooMuch) leftOut.push(name.slice(0, 60).toWellFormed())
      else facts.set(name, { text, isVolatile })
    }
  }
  take(reported.facts, false)
  take(reported.volatile ?? {}, true)
  return {
    sourceId: keptId(reported.deviceSourceId),
    collectedAt: parseTimestamp(reported.collectedAt) ?? now,
    facts,
    hash: hashOf(facts),
    leftOut,
  }
}

/** A source id as the record keeps it. */
export const keptId = (sourceId: string): string => cutId(cleanValue(sourceId))

const isLarge = (text: string): boolean =>
  text.length > largestFact || (text.length * 3 > largestFact && Buffer.byteLength(text) > largestFact)

function hashOf(facts: ReadonlyMap<string, FactText>): string {
  const lasting = [...facts].map(([name, { text, isVolatile }]) => [name, isVolatile ? null : text])
  return hash('sha256', canonicalJson(Object.fromEntries(lasting)))
}
