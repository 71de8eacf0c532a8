import type { Transaction } from '#database/schema.ts'
import type { Context } from '#features/context.ts'
import { resolveFindingsOf } from '#features/hosts/finding-queries.ts'
import { toHostType } from '#features/hosts/host-facts.ts'
import { deviceTypeOf, findHost, lockForReview, writeReview } from '#features/hosts/host-queries.ts'
import type { HostColumns, HostFilter } from '#features/hosts/host-queries.ts'
import { tellResolved } from '#features/hosts/tell-findings.ts'
import type { Host } from '#features/hosts/host-shapes.ts'
import { assertVersion } from '#features/inventory/changed-since.ts'
import type { Call } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'

/** How many hosts one review may decide. */
export const reviewedAtMost = 10_000

/** What a person decides; what is left out stays. A type that is null is taken from the device again. */
export interface Decision {
  status?: 'pending' | 'approved' | 'rejected' | undefined
  hostType?: Host['hostType'] | null | undefined
  notes?: string | null | undefined
}

type ReviewRow = Awaited<ReturnType<typeof lockForReview>>[number]

/** Decides one host; CHANGED_SINCE when it is no longer as the person saw it. */
export async function editHost(
  call: Call,
  key: string | number,
  decision: Decision,
  expectedVersion: number | undefined,
): Promise<Host> {
  const { id } = await findHost(call, key)
  await decide(call, decision, async (inside) => {
    const rows = await lockForReview(inside, { ids: [id] }, 1)
    const [row] = rows
    if (row) assertVersion(`The host ${row.mac}`, row.version, expectedVersion)
    return rows
  })
  return findHost(call, id)
}

/** Decides many hosts at once; gives how many are now different. Ids that the actor may not see are not there. */
export async function reviewHosts(call: Call, filter: HostFilter, decision: Decision): Promise<number> {
  return decide(call, decision, async (inside) => {
    const rows = await lockForReview(inside, filter, reviewedAtMost + 1)
    if (rows.length > reviewedAtMost)
      throw new AppError('INPUT_INVALID', `The query finds more than ${reviewedAtMost} hosts`, {
        complaints: [{ path: 'q', value: filter.q, expected: `at most ${reviewedAtMost} hosts at a time` }],
        hint: 'Narrow the query, or review in parts: add status:pending and repeat.',
      })
    const found = new Set(rows.map((row) => row.id))
    const strange = filter.ids?.find((id) => !found.has(id))
    if (strange !== undefined) throw new AppError('NOT_FOUND', `There is no host ${strange}`)
    return rows
  })
}

async function decide(
  call: Call,
  decision: Decision,
  load: (inside: Call) => Promise<ReviewRow[]>,
): Promise<number> {
  const now = call.clock.now()
  const { changed, resolved } = await call.db.transaction().execute(async (transaction) => {
    const rows = await load({ ...call, db: transaction })
    assertReviewable(rows, decision)
    const columns = await columnsOf(transaction, rows, decision)
    const changed = rows.filter((row) => isDifferent(row, columns)).map((row) => row.id)
    await writeReview(transaction, call.engine, changed, columns)
    const looked = decision.status === undefined || decision.status === 'pending' ? [] : rows
    return {
      changed,
      resolved: await resolveFindingsOf(transaction, call.engine, looked, now, call.actor.name),
    }
  })
  tell(call, now, changed, resolved)
  return changed.length
}

/** What was pushed to NetBox is no longer for us to decide; its type and notes are. */
function assertReviewable(rows: readonly ReviewRow[], { status }: Decision): void {
  const pushed = status === undefined ? undefined : rows.find((row) => row.status === 'pushed')
  if (pushed)
    throw new AppError('CONFLICT', `The host ${pushed.mac} is pushed to NetBox already and keeps its state`, {
      hint: 'Leave pushed hosts out: add -status:pushed to the query.',
    })
}

/** The columns that a decision sets, the same for all of the hosts. */
async function columnsOf(
  transaction: Transaction,
  rows: readonly ReviewRow[],
  { status, hostType, notes }: Decision,
): Promise<HostColumns> {
  const columns: HostColumns = {}
  if (status !== undefined) columns.status = status
  if (notes !== undefined) columns.notes = notes === '' ? null : notes
  if (hostType !== undefined) {
    columns.host_type_locked = hostType !== null
    columns.host_type = hostType ?? toHostType(await deviceTypeOf(transaction, rows[0]?.device_id ?? null))
  }
  return columns
}

const isDifferent = (row: ReviewRow, columns: HostColumns): boolean =>
  Object.entries(columns).some(([name, value]) => row[name as keyof HostColumns] !== value)

/** How many ids an event names. */
const toldAtMost = 100

function tell(
  { events }: Pick<Context, 'events'>,
  at: string,
  changed: readonly number[],
  resolved: readonly number[],
): void {
  if (changed.length > 0) {
    const data = { ids: changed.slice(0, toldAtMost), count: changed.length }
    events.publish({ topic: 'host.changed', at, data })
  }
  tellResolved({ events }, at, resolved)
}
