import { reserveIds } from '#database/bulk.ts'
import type { Transaction } from '#database/schema.ts'
import type { Context } from '#features/context.ts'
import { noteFindings } from '#features/hosts/findings.ts'
import { updateHosts } from '#features/hosts/update-hosts.ts'
import type { LinkedContent } from '#features/identity/golden-device.ts'
import { decideLinks } from '#features/identity/link-records.ts'
import type { Linking } from '#features/identity/link-records.ts'
import { lockIdentity } from '#features/identity/identity-lock-queries.ts'
import { recomputeDevices } from '#features/identity/recompute-devices.ts'
import { writeLinks } from '#features/identity/write-links.ts'
import { seedsOf } from '#features/sync/identity-seeds.ts'
import type { RecordContent } from '#features/sync/record-content.ts'
import {
  devicesOf,
  findRecords,
  holdRecords,
  insertRecords,
  keysOfRecords,
  refreshVolatile,
  updateRecords,
} from '#features/sync/record-queries.ts'
import type { Owner } from '#features/sync/record-queries.ts'
import { assertRunning } from '#features/sync/run-queries.ts'
import { authorOf, noteSeen } from '#features/sync/run-state.ts'
import type { RunState } from '#features/sync/run-state.ts'
import { refreshVolumes, saveVolumes } from '#features/sync/save-volumes.ts'
import { isIdle, sortBatch, withoutRepeats } from '#features/sync/sort-batch.ts'
import type { SortedBatch } from '#features/sync/sort-batch.ts'
import type { ReportedRecord } from '#model/record.ts'

type Tools = Pick<Context, 'db' | 'engine' | 'clock' | 'config'>

/** What a batch touched, for events. */
export interface BatchOutcome {
  devices: number[]
  hosts: number[]
  findings: number
}

const nothing: BatchOutcome = { devices: [], hosts: [], findings: 0 }

/**
 * Reconciles some records with what is stored, in one short transaction; a batch in which nothing changed is not
 * even one. Counts into the run.
 */
export async function applyBatch(
  tools: Tools,
  run: RunState,
  reported: readonly ReportedRecord[],
): Promise<BatchOutcome> {
  const contents = withoutRepeats(run, reported)
  if (contents.length === 0) return nothing
  const ids = contents.map((each) => each.record.sourceId)
  const sorted = sortBatch(tools, contents, await findRecords(tools.db, tools.engine, run.source, ids))
  const outcome = isIdle(sorted)
    ? nothing
    : await tools.db.transaction().execute((transaction) => write(transaction, tools, run, sorted))
  const news = sorted.added.length + sorted.changed.length + sorted.returned.length
  run.added += sorted.added.length
  run.updated += sorted.changed.length + sorted.returned.length
  run.unchanged += contents.length - news
  for (const content of contents) noteSeen(run, content)
  return outcome
}

async function write(
  transaction: Transaction,
  tools: Tools,
  run: RunState,
  sorted: SortedBatch,
): Promise<BatchOutcome> {
  const { engine } = tools
  const now = tools.clock.now()
  const author = authorOf(run, engine, now)
  await lockIdentity(transaction, engine)
  await assertRunning(transaction, engine, run)
  const addedIds = await reserveIds(transaction, engine, 'source_records', sorted.added.length)
  const missing = sorted.returned.filter(({ stored }) => stored.isMissing)
  const oldIds = [...sorted.changed, ...missing].map(({ stored }) => stored.id)
  const owners = await devicesOf(transaction, engine, oldIds)
  const keysBefore = await keysOfRecords(
    transaction,
    engine,
    sorted.changed.map(({ stored }) => stored.id),
  )
  const linking = await decideLinks(
    transaction,
    author,
    seedsOf(run.source, { ...sorted, returned: missing, addedIds, owners, keysBefore }),
  )
  const touched = touchedDevices(owners, linking)
  const devices = await recomputeDevices(
    transaction,
    author,
    touched,
    'update',
    async () => {
      await insertRecords(transaction, engine, run, now, sorted.added, addedIds)
      const changed = sorted.changed.map(({ content, stored: { id } }) => ({
        id,
        content,
        keysBefore: keysBefore.get(id)!,
      }))
      await updateRecords(transaction, engine, run, now, changed)
      await holdRecords(
        transaction,
        engine,
        sorted.returned.map(({ stored }) => stored.id),
      )
      await refreshVolatile(transaction, engine, now, sorted.stale)
      await writeLinks(transaction, author, linking)
    },
    {
      ids: linking.created,
      contents: contentsAtHand(run, sorted.added, addedIds, linking),
      seenAt: run.startedAt,
    },
  )
  const old = [...sorted.changed, ...sorted.returned]
  const contents = [...sorted.added, ...old.map(({ content }) => content)]
  await saveVolumes(transaction, author, contents)
  await refreshVolumes(transaction, author, sorted.stale)
  const known = devices.filter((id) => !linking.created.has(id))
  const hosts = await updateHosts(transaction, author, run, contents, [...movedOf(linking), ...known])
  const findings = await noteFindings(transaction, author, run, { hosts, linking })
  return { devices, hosts: hosts.changed, findings }
}

/** Existing devices whose records changed, came or went. */
function touchedDevices(owners: ReadonlyMap<number, Owner>, linking: Linking): number[] {
  const touched = new Set([...owners.values()].map(({ device }) => device))
  for (const { from } of linking.ended) touched.add(from)
  for (const { deviceId } of linking.links) touched.add(deviceId)
  for (const { from, into } of linking.merged) touched.add(from).add(into)
  return [...touched].filter((id) => !linking.created.has(id))
}

/** Devices that records left: hosts of theirs may belong elsewhere now. */
const movedOf = (linking: Linking): number[] => [...new Set(linking.ended.map(({ from }) => from))]

/** The records of new devices, where all of them are new and so need not be read again. */
function contentsAtHand(
  run: RunState,
  added: readonly RecordContent[],
  ids: readonly number[],
  linking: Linking,
): Map<number, LinkedContent[]> {
  const contents = new Map<number, LinkedContent[]>()
  const index = new Map(ids.map((id, position) => [id, position]))
  const toRead = new Set<number>()
  for (const { recordId, deviceId } of linking.links) {
    if (!linking.created.has(deviceId)) continue
    const content = added[index.get(recordId) ?? -1]
    if (content === undefined) toRead.add(deviceId)
    else {
      const list = contents.get(deviceId) ?? []
      contents.set(deviceId, list)
      list.push({
        recordId,
        system: run.source.system,
        source: run.source.name,
        sourceId: content.record.sourceId,
        record: content.record,
        isHeld: true,
      })
    }
  }
  for (const device of toRead) contents.delete(device)
  return contents
}
