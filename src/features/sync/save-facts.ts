import { bulkInsert } from '#database/bulk.ts'
import type { Transaction } from '#database/schema.ts'
import type { Context } from '#features/context.ts'
import { lockIdentity } from '#features/identity/identity-lock-queries.ts'
import type { DeviceState, StateDifference } from '#features/inventory/device-state.ts'
import { historyRow } from '#features/inventory/save-devices.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import { compareFacts, type FactSteps } from '#features/sync/compare-facts.ts'
import type { FactContent } from '#features/sync/fact-content.ts'
import {
  deleteFacts,
  factPlaces,
  insertFacts,
  noteFacts,
  stampFacts,
  storedFacts,
  updateFacts,
  type FactPlace,
} from '#features/sync/fact-queries.ts'
import { assertRunning } from '#features/sync/run-queries.ts'
import { authorOf, warn } from '#features/sync/run-state.ts'
import type { RunState } from '#features/sync/run-state.ts'
import { toMilliseconds } from '#kernel/clock.ts'

type Tools = Pick<Context, 'db' | 'engine' | 'clock' | 'config'>

/** What machines told, with where it belongs. */
interface Told {
  content: FactContent
  place: FactPlace
}

/**
 * Brings the facts of some machines up to date, in one short transaction, or in none where nothing is due. Their records
 * have been written. Gives the devices whose lasting facts changed.
 */
export async function saveFacts(
  tools: Tools,
  run: RunState,
  contents: readonly FactContent[],
): Promise<number[]> {
  const { db, engine } = tools
  const ids = contents.map((each) => each.sourceId)
  const due = dueOf(tools, contents, await factPlaces(db, engine, run.source, ids))
  for (const { sourceId } of due.unknown)
    warn(run, `The source told facts of ${sourceId}, of which it has no record; they are left out.`)
  if (due.changed.length + due.stale.length === 0) return []
  return db.transaction().execute((transaction) => write(transaction, tools, run, due))
}

interface Due {
  changed: Told[]
  /** As before, but for what changes at every reading. */
  stale: Told[]
  unknown: FactContent[]
}

function dueOf(
  { clock, config }: Tools,
  contents: readonly FactContent[],
  places: ReadonlyMap<string, FactPlace>,
): Due {
  const due: Due = { changed: [], stale: [], unknown: [] }
  const freshness = config.sync.volatileMinutes * 60_000
  const now = toMilliseconds(clock.now())
  for (const content of contents) {
    const place = places.get(content.sourceId)
    if (place === undefined) due.unknown.push(content)
    else if (place.hash !== content.hash) due.changed.push({ content, place })
    else if (now - toMilliseconds(place.refreshedAt!) >= freshness) due.stale.push({ content, place })
  }
  return due
}

async function write(
  transaction: Transaction,
  { engine, clock }: Tools,
  run: RunState,
  due: Due,
): Promise<number[]> {
  const author = authorOf(run, engine, clock.now())
  await lockIdentity(transaction, engine)
  await assertRunning(transaction, engine, run)
  const all = [...due.changed, ...due.stale]
  // Their records may have gone to other devices meanwhile, by another run or a person.
  const sourceIds = all.map(({ content }) => content.sourceId)
  const places = await factPlaces(transaction, engine, run.source, sourceIds)
  const current = (told: readonly Told[]): Told[] =>
    told.flatMap(({ content }) => {
      const place = places.get(content.sourceId)
      return place === undefined ? [] : [{ content, place }]
    })
  const changed = await stepsOf(transaction, author, run, current(due.changed), false)
  const stale = await stepsOf(transaction, author, run, current(due.stale), true)
  await take(transaction, author, changed)
  await take(transaction, author, stale)
  await stamp(transaction, author, current(all))
  return tellHistory(transaction, author, changed)
}

/** What has to be done for each of these machines. */
async function stepsOf(
  transaction: Transaction,
  { engine }: Authorship,
  run: RunState,
  told: readonly Told[],
  onlyVolatile: boolean,
): Promise<(Told & { steps: FactSteps })[]> {
  const sourceIds = told.map(({ content }) => content.sourceId)
  const stored = await storedFacts(transaction, engine, run.source, sourceIds, onlyVolatile)
  const bySource = Map.groupBy(stored, (fact) => fact.sourceId)
  return told.map((each) => ({
    ...each,
    steps: compareFacts(each.content.facts, bySource.get(each.content.sourceId) ?? [], onlyVolatile),
  }))
}

async function take(
  transaction: Transaction,
  author: Authorship,
  told: readonly (Told & { steps: FactSteps })[],
): Promise<void> {
  const { engine } = author
  await deleteFacts(
    transaction,
    engine,
    told.flatMap(({ steps }) => steps.removed),
  )
  await updateFacts(
    transaction,
    engine,
    told.flatMap(({ steps }) => steps.updated),
  )
  await insertFacts(
    transaction,
    engine,
    told.flatMap(({ content, place, steps }) =>
      steps.added.map(([name, { text, isVolatile }]) => ({
        device_id: place.device,
        fact_name: name,
        fact_value: text,
        collected_at: content.collectedAt,
        source_system: author.system,
        source_identifier: author.identifier!,
        source_id: content.sourceId,
        volatile: isVolatile,
      })),
    ),
  )
}

/** The first facts of a record are written with their time, and are no change of their device. */
const hadFacts = ({ place }: Told): boolean => place.hash !== null

async function stamp(transaction: Transaction, author: Authorship, told: readonly Told[]): Promise<void> {
  await stampFacts(
    transaction,
    author,
    told.filter(hadFacts).map(({ content, place }) => ({
      source_id: content.sourceId,
      device_id: place.device,
      collected_at: content.collectedAt,
    })),
  )
  await noteFacts(
    transaction,
    author.engine,
    author.now,
    told.map(({ content, place }) => ({ id: place.recordId, facts_hash: content.hash })),
  )
}

/** One row a device. */
async function tellHistory(
  transaction: Transaction,
  author: Authorship,
  told: readonly (Told & { steps: FactSteps })[],
): Promise<number[]> {
  const changes = new Map<number, StateDifference>()
  for (const { place, steps } of told.filter(hadFacts)) {
    const { before, after }: { before: DeviceState; after: DeviceState } = steps.difference
    if (Object.keys(after).length === 0) continue
    const change = changes.get(place.device) ?? { before: {}, after: {} }
    Object.assign(change.before, before)
    Object.assign(change.after, after)
    changes.set(place.device, change)
  }
  await bulkInsert(
    transaction,
    author.engine,
    'sync_history',
    [...changes].map(([id, change]) => historyRow(author, { id, operation: 'update' }, change)),
  )
  return [...changes.keys()]
}
