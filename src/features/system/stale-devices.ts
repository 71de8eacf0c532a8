import type { Context } from '#features/context.ts'
import { lockIdentity } from '#features/identity/identity-lock-queries.ts'
import { loadDevices } from '#features/inventory/device-state-queries.ts'
import { saveDevices } from '#features/inventory/save-devices.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import type { BatchOutcome } from '#features/sync/apply-batch.ts'
import { markMissing } from '#features/sync/mark-missing.ts'
import { publishOutcome } from '#features/sync/run-progress.ts'
import {
  type AgingDevice,
  type AgingRecord,
  agingDevices,
  readDays,
  setMissing,
  stillAway,
} from '#features/system/stale-queries.ts'

type Tools = Pick<Context, 'db' | 'engine' | 'clock' | 'config' | 'events'>

/** From when on a source has been read on enough days, and its newest complete run. */
interface Edge {
  since: string
  run: number
}

type Edges = ReadonlyMap<string, Edge>

const keyOf = ({ system, name }: { system: string; name: string }): string => `${system}/${name}`

/** Devices looked at, and made inactive, in one go. */
const pageSize = 200

/**
 * The devices that none of their sources has seen on `retention.staleDays` days on which it was read completely. A
 * source that does not run, or still holds its record, says nothing of the sort.
 */
export async function* staleDevices(tools: Tools, signal: AbortSignal): AsyncGenerator<AgingDevice[]> {
  const edges = await edgesOf(tools)
  const seenBefore = [...edges.values()]
    .map((edge) => edge.since)
    .sort()
    .at(-1)
  if (seenBefore === undefined) return
  let after = 0
  for (;;) {
    signal.throwIfAborted()
    const page = await agingDevices(tools.db, tools.engine, { seenBefore, after, limit: pageSize })
    const stale = page.filter((device) => isStale(device, edges))
    if (stale.length > 0) yield stale
    if (page.length < pageSize) return
    after = page.at(-1)!.id
  }
}

async function edgesOf({ db, config }: Tools): Promise<Edges> {
  const { staleDays } = config.retention
  return new Map(
    (await readDays(db))
      .filter(({ days }) => days.length >= staleDays)
      .map((source) => [
        keyOf(source),
        { since: `${source.days[staleDays - 1]}T00:00:00.000Z`, run: source.newestRun },
      ]),
  )
}

function isStale({ records, lastSeen, ...device }: AgingDevice, edges: Edges): boolean {
  const isOld = (source: { system: string; name: string }) =>
    lastSeen < (edges.get(keyOf(source))?.since ?? '')
  if (records.length === 0) return device.system !== 'manual' && isOld(device)
  const open = openRecords(records)
  return open.length > 0 && open.every((record) => record.isAway && isOld(record))
}

/** What people entered by hand does not age, and what is missing already needs no second word. */
const openRecords = (records: readonly AgingRecord[]): AgingRecord[] =>
  records.filter((record) => record.system !== 'manual' && !record.isMissing)

/** How many devices are stale. */
export async function countStale(tools: Tools, signal: AbortSignal): Promise<number> {
  let count = 0
  for await (const page of staleDevices(tools, signal)) count += page.length
  return count
}

/**
 * Makes stale devices inactive, with history: their records count as missing, so that seeing one again undoes it.
 * Gives how many there were.
 */
export async function retireStale(tools: Tools, by: string, signal: AbortSignal): Promise<number> {
  const edges = await edgesOf(tools)
  let count = 0
  for await (const page of staleDevices(tools, signal)) {
    const bySource = Map.groupBy(
      page.flatMap((device) => openRecords(device.records)),
      keyOf,
    )
    for (const [key, records] of bySource)
      publishOutcome(tools, await letGo(tools, by, records, edges.get(key)!.run))
    const unlinked = page.filter((device) => device.records.length === 0).map((device) => device.id)
    if (unlinked.length > 0) publishOutcome(tools, await makeInactive(tools, by, unlinked))
    count += page.length
  }
  return count
}

const authorOf = (
  { engine, clock }: Tools,
  by: string,
  source: { system: string; name: string } | undefined,
): Authorship => ({
  engine,
  now: clock.now(),
  syncId: `maintain:${clock.now()}`,
  system: source?.system ?? 'maintain',
  identifier: source?.name ?? null,
  by,
})

/** A run may see some of them again in this very moment, so they are looked at once more. */
const letGo = (
  tools: Tools,
  by: string,
  records: readonly AgingRecord[],
  run: number,
): Promise<BatchOutcome> =>
  tools.db.transaction().execute(async (transaction) => {
    await lockIdentity(transaction, tools.engine)
    const ids = await stillAway(
      transaction,
      tools.engine,
      records.map((record) => record.id),
    )
    return markMissing(transaction, authorOf(tools, by, records[0]), ids, () =>
      setMissing(transaction, tools.engine, ids, run),
    )
  })

/** Devices that no record stands for any more. */
const makeInactive = (tools: Tools, by: string, ids: readonly number[]): Promise<BatchOutcome> =>
  tools.db.transaction().execute(async (transaction) => {
    await lockIdentity(transaction, tools.engine)
    const stored = await loadDevices(transaction, tools.engine, ids)
    const devices = await saveDevices(
      transaction,
      authorOf(tools, by, undefined),
      [...stored.values()].map((device) => ({
        id: device.id,
        before: device.state,
        after: { ...device.state, status: 'inactive' },
        version: device.version,
        source: device.source,
        firstSeen: device.firstSeen,
        lastSeen: device.lastSeen,
        operation: 'missing' as const,
      })),
    )
    return { devices, hosts: [], findings: 0 }
  })
