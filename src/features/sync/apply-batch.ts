import type { Transaction } from '#database/schema.ts'
import type { Context } from '#features/context.ts'
import { noteFindings } from '#features/hosts/findings.ts'
import { updateHosts } from '#features/hosts/update-hosts.ts'
import { lockIdentity } from '#features/identity/identity-lock-queries.ts'
import { recomputeDevices } from '#features/identity/recompute-devices.ts'
import type { OwnChanges } from '#features/identity/recompute-devices.ts'
import { writeLinks } from '#features/identity/write-links.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import { keepUnread } from '#features/sync/keep-unread.ts'
import { planBatch } from '#features/sync/plan-batch.ts'
import type { BatchPlan } from '#features/sync/plan-batch.ts'
import { contentOf } from '#features/sync/record-content.ts'
import type { RecordContent } from '#features/sync/record-content.ts'
import {
  findRecords,
  holdRecords,
  insertRecords,
  recordsAsTold,
  refreshVolatile,
  updateRecords,
} from '#features/sync/record-queries.ts'
import type { StoredRecord } from '#features/sync/record-queries.ts'
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
  const told = withoutRepeats(run, reported)
  if (told.length === 0) return nothing
  const ids = told.map((each) => each.record.sourceId)
  const stored = await findRecords(tools.db, tools.engine, run.source, ids)
  const contents = await fillGaps(tools, told, stored)
  const sorted = sortBatch(tools, contents, stored)
  const outcome = isIdle(sorted)
    ? nothing
    : await tools.db.transaction().execute((transaction) => write(transaction, tools, run, sorted))
  const news = sorted.added.length + sorted.changed.length + sorted.returned.length
  run.added += sorted.added.length
  run.updated += sorted.changed.length + sorted.returned.length
  run.unchanged += contents.length - news
  for (const [index, content] of contents.entries()) noteSeen(run, content, told[index]!)
  return outcome
}

/** Records of which something could not be read this time get what is kept of that. */
async function fillGaps(
  { db, engine }: Tools,
  told: readonly RecordContent[],
  stored: ReadonlyMap<string, StoredRecord>,
): Promise<RecordContent[]> {
  const gappy = new Set(told.filter(({ record }) => (record.unread?.length ?? 0) > 0))
  const ids = [...gappy].flatMap(({ record }) => stored.get(record.sourceId)?.id ?? [])
  if (ids.length === 0) return [...told]
  const kept = await recordsAsTold(db, engine, ids)
  return told.map((content) => {
    const before = gappy.has(content) ? kept.get(content.record.sourceId) : undefined
    return before === undefined ? content : contentOf(keepUnread(content.record, before))
  })
}

/** Devices are compared as they were before their records change and as they are after. */
async function write(
  transaction: Transaction,
  { engine, clock }: Tools,
  run: RunState,
  sorted: SortedBatch,
): Promise<BatchOutcome> {
  const author = authorOf(run, engine, clock.now())
  await lockIdentity(transaction, engine)
  await assertRunning(transaction, engine, run)
  const plan = await planBatch(transaction, engine, run, sorted)
  const { linking } = plan
  const devices = await recomputeDevices(
    transaction,
    author,
    plan.touched,
    'update',
    () => writeRecords(transaction, author, run, sorted, plan),
    { ids: linking.created, contents: plan.contents, seenAt: run.startedAt },
  )
  const old = [...sorted.changed, ...sorted.returned]
  const contents = [...sorted.added, ...old.map(({ content }) => content)]
  await saveVolumes(transaction, author, run, contents)
  await refreshVolumes(transaction, author, sorted.stale)
  // Hosts follow their device: one that changed may be of another type, one that records left may have lost them.
  const known = devices.filter((id) => !linking.created.has(id))
  const left = linking.ended.map(({ from }) => from)
  const hosts = await updateHosts(transaction, author, run, contents, [...new Set([...known, ...left])])
  const findings = await noteFindings(transaction, author, run, { hosts, linking })
  return { devices, hosts: hosts.changed, findings }
}

async function writeRecords(
  transaction: Transaction,
  author: Authorship,
  run: RunState,
  sorted: SortedBatch,
  plan: BatchPlan,
): Promise<OwnChanges> {
  const { engine, now } = author
  const returned = sorted.returned.map(({ stored }) => stored.id)
  await insertRecords(transaction, engine, run, now, sorted.added, plan.addedIds)
  await updateRecords(transaction, engine, run, now, plan.changed)
  await holdRecords(transaction, engine, returned)
  await refreshVolatile(transaction, engine, now, sorted.stale)
  return writeLinks(transaction, author, plan.linking, new Set(plan.touched))
}
