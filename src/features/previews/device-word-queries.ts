import type { Database } from '#database/schema.ts'
import type { Engine } from '#database/migration.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import { idsIn, textsIn } from '#features/inventory/device-state-queries.ts'
import { findDeviceId } from '#features/inventory/find-device-queries.ts'
import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'
import { parseIp } from '#model/ip-address.ts'
import { parseMac } from '#model/mac.ts'

interface Asking {
  db: Database
  engine: Engine
  actor: Pick<Actor, 'tags'>
}

/** Which device a word names. */
export type FoundDevice = number | 'none' | 'several'

/**
 * The devices that many words name, found as device.show finds one: by id, name, address or MAC, retired ones last. Only
 * devices that the actor may see are there.
 */
export async function findDevices(call: Asking, words: readonly string[]): Promise<Map<string, FoundDevice>> {
  const found = new Map<string, FoundDevice>()
  const left = new Set(words)
  const take = (word: string, ids: ReadonlySet<number> | undefined) => {
    if (ids === undefined) return
    found.set(word, ids.size === 1 ? [...ids][0]! : 'several')
    left.delete(word)
  }
  const numbers = [...left].filter((word) => /^[0-9]{1,15}$/.test(word))
  // A number may be that of a device which became part of another.
  for (const [word, id] of await byId(call, numbers)) take(word, new Set([id]))
  const names = await byName(call, [...left], false)
  for (const word of left) take(word, names.get(word.toLowerCase()))
  const addresses = keyed(left, looksLikeAddress, parseIp)
  const byIp = await byAddress(call, [...new Set(addresses.values())])
  for (const [word, address] of addresses) take(word, byIp.get(address))
  const macs = keyed(left, looksLikeMac, parseMac)
  const byCard = await byMac(call, [...new Set(macs.values())])
  for (const [word, mac] of macs) take(word, byCard.get(mac))
  const retired = await byName(call, [...left], true)
  for (const word of left) take(word, retired.get(word.toLowerCase()))
  for (const word of left) found.set(word, 'none')
  return found
}

/** The devices with these serial numbers. */
export async function findBySerial(
  call: Asking,
  serials: readonly string[],
): Promise<Map<string, FoundDevice>> {
  const rows = await standing(call, false)
    .select(['devices.id', 'devices.serial as word'])
    .where(textsIn(call.engine, 'devices.serial', serials))
    .execute()
  const ids = grouped(rows.map(({ id, word }) => ({ id, word: word! })))
  return new Map(
    serials.map((serial) => {
      const known = ids.get(serial)
      return [serial, known === undefined ? 'none' : known.size === 1 ? [...known][0]! : 'several']
    }),
  )
}

/** Most words are names, and finding out that one is no address costs far more than a look at its letters. */
const looksLikeAddress = /^[0-9a-f.:]+(%\w+)?(\/[0-9]+)?$/i
const looksLikeMac = /^[0-9a-f.:-]{12,23}$/i

function keyed(
  words: ReadonlySet<string>,
  pattern: RegExp,
  parse: (word: string) => string | undefined,
): Map<string, string> {
  const keys = new Map<string, string>()
  for (const word of words) {
    const key = pattern.test(word) ? parse(word) : undefined
    if (key !== undefined) keys.set(word, key)
  }
  return keys
}

function standing({ db, actor }: Asking, isRetired: boolean) {
  return db
    .selectFrom('devices')
    .where('devices.merged_into', 'is', null)
    .where('devices.retired_at', isRetired ? 'is not' : 'is', null)
    .where(visibleDevices(actor))
}

async function byId(call: Asking, words: readonly string[]): Promise<Map<string, number>> {
  if (words.length === 0) return new Map()
  const rows = await call.db
    .selectFrom('devices')
    .select(['devices.id', 'devices.merged_into'])
    .where(idsIn(call.engine, 'devices.id', words.map(Number)))
    .where((eb) => eb.or([eb('merged_into', 'is not', null), visibleDevices(call.actor)(eb)]))
    .execute()
  const known = new Map(rows.map((row) => [row.id, row.merged_into]))
  const found = new Map<string, number>()
  for (const word of words) {
    const into = known.get(Number(word))
    if (into === undefined) continue
    const id = into === null ? Number(word) : await mergedInto(call, word)
    if (id !== undefined) found.set(word, id)
  }
  return found
}

async function mergedInto(call: Asking, word: string): Promise<number | undefined> {
  try {
    return await findDeviceId(call, word)
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

async function byName(call: Asking, words: readonly string[], isRetired: boolean) {
  if (words.length === 0) return new Map<string, Set<number>>()
  const names = [...new Set(words.map((word) => word.toLowerCase()))]
  const rows = await standing(call, isRetired)
    .select(['devices.id', 'devices.name_sort as word'])
    .where(textsIn(call.engine, 'devices.name_sort', names))
    .execute()
  return grouped(rows)
}

async function byAddress(call: Asking, addresses: readonly string[]) {
  if (addresses.length === 0) return new Map<string, Set<number>>()
  const rows = await standing(call, false)
    .innerJoin('device_addresses', 'device_addresses.device_id', 'devices.id')
    .select(['devices.id', 'device_addresses.address as word'])
    .where(textsIn(call.engine, 'device_addresses.address', addresses))
    .execute()
  return grouped(rows)
}

async function byMac(call: Asking, macs: readonly string[]) {
  if (macs.length === 0) return new Map<string, Set<number>>()
  const rows = await standing(call, false)
    .innerJoin('network_interfaces', 'network_interfaces.device_id', 'devices.id')
    .select(['devices.id', 'network_interfaces.mac_address as word'])
    .where(textsIn(call.engine, 'network_interfaces.mac_address', macs))
    .execute()
  return grouped(rows.map(({ id, word }) => ({ id, word: word! })))
}

function grouped(rows: readonly { id: number; word: string }[]): Map<string, Set<number>> {
  const ids = new Map<string, Set<number>>()
  for (const { id, word } of rows) {
    const known = ids.get(word)
    if (known === undefined) ids.set(word, new Set([id]))
    else known.add(id)
  }
  return ids
}
