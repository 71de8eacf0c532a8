import type { Context } from '#features/context.ts'
import { tagDevices } from '#features/devices/tag-devices.ts'
import { agentRecord, agentSource } from '#features/servers/agent-record.ts'
import { tellServer } from '#features/servers/edit-servers.ts'
import { followDevices, forgetTags, serversToTag } from '#features/servers/follow-device-queries.ts'
import { saveMachines } from '#features/servers/machine-queries.ts'
import { toldFacts } from '#features/servers/told-facts.ts'
import { applyBatch } from '#features/sync/apply-batch.ts'
import { finishRun } from '#features/sync/finish-run.ts'
import { contentOf } from '#features/sync/record-content.ts'
import { findRecords } from '#features/sync/record-queries.ts'
import { publishOutcome } from '#features/sync/run-progress.ts'
import { endRun } from '#features/sync/run-queries.ts'
import { startRun } from '#features/sync/start-run.ts'
import { AppError } from '#kernel/errors.ts'
import { systemActor } from '#model/actor.ts'
import type { ReportedDevice } from '#model/record.ts'

const pause = 2_000
/** Machines of one transaction. */
const atOnce = 500

/**
 * Until the signal aborts: hands what agents tell of their machines to identity, as records of a source, and lets
 * servers follow where these go. Nothing unchanged is written.
 */
export async function keepIdentity(context: Context, signal: AbortSignal): Promise<void> {
  // What moved while nobody was here is found at the start.
  let mayHaveMoved = true
  const unsubscribe = context.events.subscribe(({ topic }) => {
    if (topic === 'device.changed' || topic === 'review.changed' || topic === 'database.changed')
      mayHaveMoved = true
  })
  while (!signal.aborted) {
    try {
      await tellIdentity(context)
      if (mayHaveMoved) {
        mayHaveMoved = false
        await followIdentity(context)
      }
    } catch (err) {
      mayHaveMoved = true
      if (!signal.aborted) context.log.warn({ err }, 'what agents told of their machines waits')
    }
    await context.clock.sleep(pause, signal)
  }
  unsubscribe()
}

/** Hands what was told since the last time to identity; it waits on while another process does the same. */
export async function tellIdentity(context: Context): Promise<void> {
  const waiting = toldFacts(context)
  while (waiting.size > 0) {
    const some = new Map([...waiting].slice(0, atOnce))
    const { machines, changed } = await saveMachines(context, some)
    const isTold = await tellRecords(context, machines.map(agentRecord))
    for (const id of changed) tellServer(context, id)
    if (!isTold) return
    for (const [id, facts] of some) if (waiting.get(id) === facts) waiting.delete(id)
    await followIdentity(context)
  }
}

/** False when another process is at it. */
async function tellRecords(context: Context, records: readonly ReportedDevice[]): Promise<boolean> {
  const ids = records.map(({ sourceId }) => sourceId)
  const stored = await findRecords(context.db, context.engine, agentSource, ids)
  const news = records.filter((record) => {
    const known = stored.get(record.sourceId)
    return known === undefined || known.isAway || known.hash !== contentOf(record).hash
  })
  if (news.length === 0) return true
  const begun = context.clock.monotonic()
  const seconds = () => (context.clock.monotonic() - begun) / 1_000
  const run = await startRun(context, agentSource, { startedBy: 'system:agents', jobId: null }).catch(
    (error: unknown) => {
      if (error instanceof AppError && error.code === 'CONFLICT') return undefined
      throw error
    },
  )
  if (run === undefined) return false
  const reason = 'Agents tell of themselves, one by one, as they come.'
  try {
    publishOutcome(context, await applyBatch(context, run, news))
    await finishRun(context, run, { status: 'partial', reason, errorCode: null }, seconds())
  } catch (error) {
    const message = error instanceof AppError ? error.message : 'It broke off'
    await endRun(context, run, { status: 'failed', reason: message, errorCode: 'INTERNAL' }, seconds())
    throw error
  }
  return true
}

/** Servers go where the records of their agents went; their devices get the tags of the invitation once. */
export async function followIdentity(context: Context): Promise<void> {
  for (const id of await followDevices(context.db)) tellServer(context, id)
  const call = { ...context, actor: systemActor('agents') }
  for (const { id, device, tags } of await serversToTag(context.db)) {
    await tagDevices(call, [device], { add: tags, remove: [] })
    await forgetTags(context.db, id)
  }
}
