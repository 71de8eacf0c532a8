import { deviceNames, replaceChildren, type CheckRow } from '#features/checks/check-queries.ts'
import type { Watch } from '#features/monitoring/watch.ts'
import { deviceFilter, findDeviceIds } from '#features/inventory/device-list-queries.ts'
import { systemActor } from '#model/actor.ts'

/** So many devices one check may be of. */
const mostDevices = 10_000

/** Gives each device that a check's query finds a check of its own, and takes it from those that it finds no more. */
export async function bringUpChildren(
  { context, lease }: Pick<Watch, 'context' | 'lease'>,
  rows: readonly CheckRow[],
): Promise<boolean> {
  let isChanged = false
  const byParent = Map.groupBy(rows, ({ parent_id }) => parent_id)
  for (const parent of rows) {
    if (parent.q === null) continue
    try {
      isChanged = (await bringUp({ context, lease }, parent, byParent.get(parent.id) ?? [])) || isChanged
    } catch (err) {
      context.log.warn({ err, check: parent.id }, 'the devices of a check cannot be asked for')
    }
  }
  return isChanged
}

async function bringUp(
  { context, lease }: Pick<Watch, 'context' | 'lease'>,
  parent: CheckRow,
  children: readonly CheckRow[],
): Promise<boolean> {
  const asking = { ...context, actor: systemActor('checks') }
  const wanted = new Set(await findDeviceIds(asking, await deviceFilter(asking, parent.q!), mostDevices))
  const there = new Set(children.map(({ device_id }) => device_id))
  const missing = [...wanted].filter((id) => !there.has(id))
  const gone = children.filter(({ device_id }) => device_id === null || !wanted.has(device_id))
  if (missing.length === 0 && gone.length === 0) return false
  const names = await deviceNames(context.db, context.engine, missing)
  const now = context.clock.now()
  const made = missing.map((id) => ({
    name: `${parent.name} on ${names.get(id) ?? id} (${id})`.slice(0, 300),
    kind: parent.kind,
    parent_id: parent.id,
    device_id: id,
    target: null,
    q: null,
    settings: '{}',
    interval_seconds: parent.interval_seconds,
    timeout_ms: parent.timeout_ms,
    retries: parent.retries,
    severity: parent.severity,
    paused_at: null,
    state_since: now,
    created_by: parent.created_by,
    created_at: now,
    updated_at: now,
  }))
  await lease.mine((transaction) =>
    replaceChildren(
      transaction,
      context.engine,
      made,
      gone.map(({ id }) => id),
    ),
  )
  return true
}
