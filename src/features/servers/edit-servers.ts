import { isUniqueViolation } from '#database/constraint-errors.ts'
import type { Transaction } from '#database/schema.ts'
import { inEdit } from '#features/devices/save-states.ts'
import { assertVersion } from '#features/inventory/changed-since.ts'
import { findDeviceId } from '#features/inventory/find-device-queries.ts'
import type { Call } from '#features/operation.ts'
import {
  insertServer,
  lockServer,
  removeServer,
  setPaused,
  writeServer,
} from '#features/servers/edit-server-queries.ts'
import type { ServerEdit } from '#features/servers/edit-server-queries.ts'
import { linkedDevice } from '#features/servers/follow-device-queries.ts'
import { forgetRecord } from '#features/servers/forget-record.ts'
import { findServer } from '#features/servers/server-queries.ts'
import { forgetMetrics } from '#features/metrics/forget-metrics.ts'
import { publishOutcome } from '#features/sync/run-progress.ts'
import { AppError } from '#kernel/errors.ts'

export interface NewServer extends ServerEdit {
  id: string
}

/** Somebody limited by tags makes no servers: they would not see them. */
export function assertSeesAll({ actor }: Pick<Call, 'actor'>, what: string): void {
  if (actor.tags === undefined) return
  throw new AppError('FORBIDDEN', `${actor.name} sees only some devices and cannot ${what}`, {
    hint: 'Ask somebody who sees all of them.',
  })
}

/** Makes a server before its agent is there; ALREADY_EXISTS for an id that is taken. */
export async function createServer(call: Call, given: NewServer): Promise<void> {
  assertSeesAll(call, 'make servers')
  const server = { ...given, hostname: given.hostname ?? given.id }
  try {
    await call.db.transaction().execute((transaction) => insertServer(transaction, server, call.clock.now()))
  } catch (error) {
    if (isUniqueViolation(error))
      throw new AppError('ALREADY_EXISTS', `There is a server ${given.id} already`, {
        complaints: [{ path: 'id', value: given.id, expected: 'an id that no server has' }],
        cause: error,
      })
    throw error
  }
  tellServer(call, given.id)
}

/** Edits a server; `device` names its device by hand, or null for whichever its agent tells of. */
export async function updateServer(
  call: Call,
  id: string,
  { device, ...edit }: ServerEdit & { device?: string | number | null | undefined },
  expectedVersion: number | undefined,
): Promise<void> {
  await findServer(call, id)
  const byHand = device === undefined || device === null ? undefined : await findDeviceId(call, device)
  await change(call, id, expectedVersion, async (transaction, row, now) => {
    const link =
      device === undefined
        ? {}
        : device === null
          ? { deviceId: await linkedDevice(transaction, id), deviceSetBy: null }
          : { deviceId: byHand!, deviceSetBy: call.actor.name }
    await writeServer(transaction, row, { ...edit, ...link }, now)
  })
}

/** Paused, nobody watches a server; what it sends is kept all the same. */
export const pauseServer = (call: Call, id: string, isPaused: boolean, expectedVersion: number | undefined) =>
  change(call, id, expectedVersion, async (transaction, row, now) => {
    if ((row.paused_at !== null) === isPaused)
      throw new AppError('CONFLICT', `${id} is ${isPaused ? 'paused already' : 'not paused'}`)
    await setPaused(transaction, row, isPaused ? now : null, now)
  })

/** With its metrics; what its agent told of its device is missing from now on. */
export async function deleteServer(call: Call, id: string): Promise<void> {
  await findServer(call, id)
  const outcome = await inEdit(call, async (transaction, author) => {
    if (!(await lockServer(transaction, call.engine, id))) throw gone(id)
    const forgotten = await forgetRecord(transaction, author, id)
    await removeServer(transaction, id, author.by, author.now)
    await forgetMetrics(transaction, [id], author.now)
    return forgotten
  })
  publishOutcome(call, outcome)
  tellServer(call, id)
}

const gone = (id: string) => new AppError('NOT_FOUND', `There is no server ${id}`)

type Row = NonNullable<Awaited<ReturnType<typeof lockServer>>>

async function change(
  call: Call,
  id: string,
  expectedVersion: number | undefined,
  work: (transaction: Transaction, row: Row, now: string) => Promise<unknown>,
): Promise<void> {
  await findServer(call, id)
  await call.db.transaction().execute(async (transaction) => {
    const row = await lockServer(transaction, call.engine, id)
    if (!row) throw gone(id)
    assertVersion(`The server ${id}`, row.version, expectedVersion)
    await work(transaction, row, call.clock.now())
  })
  tellServer(call, id)
}

export const tellServer = ({ events, clock }: Pick<Call, 'events' | 'clock'>, id: string): void =>
  events.publish({ topic: 'server.changed', at: clock.now(), data: { id } })
