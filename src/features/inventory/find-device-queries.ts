import type { Database } from '#database/schema.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'
import { parseIp } from '#model/ip-address.ts'
import { parseMac } from '#model/mac.ts'

interface Asking {
  db: Database
  actor: Pick<Actor, 'tags'>
}

/**
 * The device of this id, name, address or MAC; an id that was merged gives the device that it is part of, or was at the
 * time asked for. Throws NOT_FOUND for one that is not there or that the actor may not see, AMBIGUOUS_NAME
 * when several fit.
 */
export async function findDeviceId(call: Asking, key: string | number, at?: string): Promise<number> {
  const wanted = `${key}`.trim()
  const byId = /^[0-9]{1,15}$/.test(wanted) ? await followMerges(call, Number(wanted), at) : undefined
  if (byId !== undefined) return byId
  const found = await findByWord(call, wanted)
  if (found.length === 1) return found[0]!.id
  if (found.length === 0)
    throw new AppError('NOT_FOUND', `There is no device ${wanted}`, {
      hint: '`rollcall device list WORDS` searches names, addresses, MACs and serials.',
    })
  const ids = found.map(({ id, name }) => `${id} (${name})`).join(', ')
  throw new AppError('AMBIGUOUS_NAME', `Several devices are called ${wanted}: ${ids}`, {
    hint: 'Use the id of one of them.',
  })
}

async function followMerges(
  { db, actor }: Asking,
  id: number,
  at: string | undefined,
): Promise<number | undefined> {
  let next = id
  for (let steps = 0; steps < 20; steps += 1) {
    const row = await db.selectFrom('devices').select('merged_into').where('id', '=', next).executeTakeFirst()
    if (row === undefined) return undefined
    const into = at === undefined ? row.merged_into : await partAt(db, next, at, row.merged_into)
    if (into === null) return (await isVisible({ db, actor }, next)) ? next : undefined
    next = into
  }
  return undefined
}

/** What the device was part of at a time: what it is now, with every later merge and its undoing taken back. */
async function partAt(db: Database, id: number, at: string, now: number | null): Promise<number | null> {
  const rows = await db
    .selectFrom('sync_history')
    .select('old_value')
    .where('device_id', '=', id)
    .where('operation', 'in', ['merge', 'unlink'])
    .where('performed_at', '>', at)
    .orderBy('id')
    .execute()
  for (const row of rows) {
    const before = JSON.parse(row.old_value ?? '{}') as { mergedInto?: number | null }
    if (before.mergedInto !== undefined) return before.mergedInto
  }
  return now
}

async function isVisible({ db, actor }: Asking, id: number): Promise<boolean> {
  if (actor.tags === undefined) return true
  const query = db.selectFrom('devices').select('id').where('id', '=', id).where(visibleDevices(actor))
  return (await query.executeTakeFirst()) !== undefined
}

/** Up to ten devices that have this name, else this address, else this MAC; retired ones come last, by name. */
async function findByWord({ db, actor }: Asking, word: string): Promise<{ id: number; name: string }[]> {
  const everywhere = db
    .selectFrom('devices')
    .select(['devices.id', 'devices.name'])
    .where('merged_into', 'is', null)
    .where(visibleDevices(actor))
    .orderBy('devices.id')
    .limit(10)
  const all = everywhere.where('retired_at', 'is', null)
  const named = await all.where('name_sort', '=', word.toLowerCase()).execute()
  if (named.length > 0) return named
  const address = parseIp(word)
  if (address !== undefined)
    return all
      .where('devices.id', 'in', (eb) =>
        eb.selectFrom('device_addresses').select('device_id').where('address', '=', address),
      )
      .execute()
  const mac = parseMac(word)
  if (mac !== undefined)
    return all
      .where('devices.id', 'in', (eb) =>
        eb.selectFrom('network_interfaces').select('device_id').where('mac_address', '=', mac),
      )
      .execute()
  // Nothing else is called so: perhaps it is retired.
  return everywhere.where('retired_at', 'is not', null).where('name_sort', '=', word.toLowerCase()).execute()
}
