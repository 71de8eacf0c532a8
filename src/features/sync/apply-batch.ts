import type { Context } from '#features/context.ts'
import type { Transaction } from '#database/schema.ts'
import type { LinkedContent } from '#features/identity/golden-device.ts'
import { loadKnownDevices } from '#features/identity/identity-queries.ts'
import { decideLinks, writeLinks } from '#features/identity/link-records.ts'
import type { Linking, Unlinked } from '#features/identity/link-records.ts'
import { newDevice, recomputeDevices } from '#features/identity/recompute-devices.ts'
import { noteFindings } from '#features/hosts/findings.ts'
import { updateHosts } from '#features/hosts/update-hosts.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import { isRandomMac, isSharedMac } from '#model/mac.ts'
import type { ReportedRecord } from '#model/record.ts'
import { contentOf, identifyingKeys } from '#features/sync/record-content.ts'
import type { RecordContent } from '#features/sync/record-content.ts'
import {
  devicesOf,
  findRecords,
  holdRecords,
  insertRecords,
  refreshVolatile,
  updateRecords,
} from '#features/sync/record-queries.ts'
import type { StoredRecord } from '#features/sync/record-queries.ts'
import { authorOf, warn } from '#features/sync/run-state.ts'
import type { RunState } from '#features/sync/run-state.ts'
import { saveVolumes } from '#features/sync/save-volumes.ts'

type Tools = Pick<Context, 'db' | 'engine' | 'clock' | 'config'>

/** What a batch touched, for events. */
export interface BatchOutcome {
  devices: number[]
  hosts: number[]
  findings: number
}

interface Known {
  content: RecordContent
  stored: StoredRecord
}

/** A batch by what has to be done with it. */
interface Sorted {
  added: RecordContent[]
  changed: Known[]
  returned: Known[]
  stale: { id: number; volatile: string }[]
}

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
  const stored = await findRecords(
    tools.db,
    tools.engine,
    run.source,
    contents.map((each) => each.record.sourceId),
  )
  const sorted = sort(tools, contents, stored)
  run.added += sorted.added.length
  run.updated += sorted.changed.length + sorted.returned.length
  run.unchanged += contents.length - sorted.added.length - sorted.changed.length - sorted.returned.length
  for (const each of contents) run.seen.set(each.record.sourceId, each.hash)
  if (Object.values(sorted).every((list: unknown[]) => list.length === 0))
    return { devices: [], hosts: [], findings: 0 }
  return tools.db.transaction().execute((transaction) => write(transaction, tools, run, sorted))
}

/** A page that comes twice is the same news once; a record told differently the second time counts as told last. */
function withoutRepeats(run: RunState, reported: readonly ReportedRecord[]): RecordContent[] {
  const contents = new Map<string, RecordContent>()
  for (const record of reported) {
    const content = contentOf(record)
    const before = run.seen.get(content.record.sourceId) ?? contents.get(content.record.sourceId)?.hash
    if (before === content.hash) continue
    if (before !== undefined)
      warn(run, `The source told two things of ${content.record.sourceId}; the later one counts.`)
    contents.set(content.record.sourceId, content)
  }
  return [...contents.values()]
}

function sort(
  { clock, config }: Tools,
  contents: readonly RecordContent[],
  stored: ReadonlyMap<string, StoredRecord>,
): Sorted {
  const sorted: Sorted = { added: [], changed: [], returned: [], stale: [] }
  const freshness = config.sync.volatileMinutes * 60_000
  const now = toMilliseconds(clock.now())
  for (const content of contents) {
    const known = stored.get(content.record.sourceId)
    if (known === undefined) sorted.added.push(content)
    else if (known.hash !== content.hash) sorted.changed.push({ content, stored: known })
    else {
      if (known.isAway) sorted.returned.push({ content, stored: known })
      const isStale = known.volatileAt === null || now - toMilliseconds(known.volatileAt) >= freshness
      if (content.volatile !== null && isStale)
        sorted.stale.push({ id: known.id, volatile: content.volatile })
    }
  }
  return sorted
}

async function write(
  transaction: Transaction,
  tools: Tools,
  run: RunState,
  sorted: Sorted,
): Promise<BatchOutcome> {
  const { engine } = tools
  const now = tools.clock.now()
  const author = authorOf(run, engine, now)
  const addedIds = await insertRecords(transaction, engine, run, now, sorted.added)
  const old = [...sorted.changed, ...sorted.returned]
  const owners = await devicesOf(
    transaction,
    engine,
    old.map(({ stored }) => stored.id),
  )
  const unlinked = [
    ...sorted.added.flatMap((content, index) => unlinkedOf(content, addedIds[index]!)),
    ...sorted.changed.flatMap(({ content, stored }) => unlinkedOf(content, stored.id, owners.get(stored.id))),
  ]
  const known = await loadKnownDevices(transaction, engine, [
    ...new Set(unlinked.flatMap((each) => each.keys)),
  ])
  const linking = await decideLinks(
    transaction,
    author,
    `${run.source.system}/${run.source.name}`,
    known,
    unlinked,
  )
  const fresh = newContents(run, sorted.added, addedIds, linking)
  const touched = [...new Set([...linking.deviceOf.values(), ...owners.values()])].filter(
    (id) => !linking.created.has(id),
  )
  const devices = await recomputeDevices(
    transaction,
    author,
    touched,
    'update',
    async () => {
      await updateRecords(
        transaction,
        engine,
        run,
        now,
        sorted.changed.map(({ content, stored }) => ({ id: stored.id, content })),
      )
      await holdRecords(
        transaction,
        engine,
        sorted.returned.map(({ stored }) => stored.id),
      )
      await refreshVolatile(transaction, engine, now, sorted.stale)
      await writeLinks(transaction, author, linking)
    },
    [...fresh].map(([id, linked]) => newDevice(id, linked, run.startedAt)),
  )
  const contents = [...sorted.added, ...old.map(({ content }) => content)]
  await saveVolumes(transaction, author, contents)
  remember(run, sorted, addedIds)
  return finishBatch(transaction, author, run, contents, linking, devices)
}

/** A volume is no device; a random or shared MAC neither joins records nor stands for a machine. */
function unlinkedOf(content: RecordContent, recordId: number, device?: number): Unlinked[] {
  const { record } = content
  if (record.kind === 'volume') return []
  const isVague =
    record.kind === 'sighting' &&
    record.mac !== undefined &&
    (isRandomMac(record.mac) || isSharedMac(record.mac))
  return [
    { recordId, kind: record.kind, keys: identifyingKeys(content.keys), mayStandAlone: !isVague, device },
  ]
}

/** New devices and their records, all of them from this batch. */
function newContents(
  run: RunState,
  added: readonly RecordContent[],
  ids: readonly number[],
  linking: Linking,
): Map<number, LinkedContent[]> {
  const fresh = new Map<number, LinkedContent[]>([...linking.created].map((id) => [id, []]))
  for (const [index, content] of added.entries()) {
    fresh.get(linking.deviceOf.get(ids[index]!) ?? -1)?.push({
      recordId: ids[index]!,
      system: run.source.system,
      source: run.source.name,
      sourceId: content.record.sourceId,
      record: content.record,
      isHeld: true,
    })
  }
  return fresh
}

/** What a record says of others is resolved when the run ends: they may come later. */
function remember(run: RunState, sorted: Sorted, addedIds: readonly number[]): void {
  const isRelated = ({ record }: RecordContent) =>
    (record.kind === 'device' && (record.relationships?.length ?? 0) > 0) ||
    (record.kind === 'volume' && record.deviceSourceId !== undefined)
  for (const [index, content] of sorted.added.entries())
    if (isRelated(content)) run.related.add(addedIds[index]!)
  for (const { stored, content } of sorted.changed)
    if (content.record.kind !== 'sighting') run.related.add(stored.id)
}

async function finishBatch(
  transaction: Transaction,
  author: Authorship,
  run: RunState,
  contents: readonly RecordContent[],
  linking: Linking,
  devices: number[],
): Promise<BatchOutcome> {
  const touched = [...devices, ...linking.merged.map(({ from }) => from)]
  const hosts = await updateHosts(transaction, author, run, contents, touched)
  const findings = await noteFindings(transaction, author, run, { hosts, linking })
  return { devices, hosts: hosts.changed, findings }
}
