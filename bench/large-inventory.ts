import { bulkInsert, reserveIds } from '#database/bulk.ts'
import type { OpenDatabase } from '#database/open.ts'
import type { Transaction } from '#database/schema.ts'
import type { LinkedContent } from '#features/identity/golden-device.ts'
import { newDevice } from '#features/identity/recompute-devices.ts'
import { saveDevices } from '#features/inventory/save-devices.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import { shift } from '#kernel/clock.ts'
import { contentHash } from '#kernel/json.ts'
import type { DeviceType, ReportedDevice } from '#model/record.ts'

const atOnce = 5_000
const now = '2026-11-25T12:00:00.000Z'
const pick = <T>(from: readonly T[], index: number): T => from[index % from.length]!
const hex = (number: number, width: number) => number.toString(16).padStart(width, '0')

const types: readonly DeviceType[] = [
  'vm',
  'vm',
  'vm',
  'vm',
  'server',
  'network_device',
  'workstation',
  'unknown',
]
const systems = ['Debian 12', 'Ubuntu 24.04', 'Windows Server 2025', 'RouterOS 7', 'Rocky Linux 9']
const vendors = ['Dell Inc.', 'HPE', 'Lenovo', 'Cisco', 'Supermicro', 'MikroTik', 'Intel']
const tags = ['prod', 'test', 'legacy', 'pci', 'team-a', 'team-b', 'rare']

/** A machine that a source could tell of; the same number is always the same machine. Cards after the second have addresses. */
function machine(number: number, cards: number): ReportedDevice {
  const mixed = Math.imul(number, 2_654_435_761) >>> 0
  const deviceType = pick(types, mixed)
  const address = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`
  return {
    kind: 'device',
    sourceId: `m-${number}`,
    name: `${pick(['web', 'db', 'app', 'cache', 'build'], mixed >>> 3)}-${hex(mixed & 0xfffff, 5)}`,
    deviceType,
    status: mixed % 11 === 0 ? 'inactive' : 'active',
    address,
    ...(mixed % 3 === 0 ? {} : { vendor: pick(vendors, mixed >>> 5), model: `Model ${mixed % 40}` }),
    ...(mixed % 5 === 0 ? {} : { os: pick(systems, mixed >>> 7) }),
    ...(mixed % 4 === 0 ? { serial: `SN${hex(mixed, 8)}` } : {}),
    interfaces: Array.from({ length: cards }, (_, card) => ({
      name: `eth${card}`,
      mac: `00:1b:${hex(card, 2)}:${hex((number >> 16) & 255, 2)}:${hex((number >> 8) & 255, 2)}:${hex(number & 255, 2)}`,
      addresses:
        card === 0
          ? [`${address}/16`]
          : card === 1
            ? []
            : [`10.${100 + card}.${(number >> 8) & 255}.${number & 255}/24`],
    })),
    ...(deviceType === 'vm'
      ? {
          vm: {
            cpuCount: 1 << (mixed % 5),
            memoryMb: 1024 << (mixed % 6),
            powerState: mixed % 7 === 0 ? ('POWERED_OFF' as const) : ('POWERED_ON' as const),
            instanceUuid: `5029${hex(mixed, 8)}`,
          },
        }
      : {}),
    facts: { cluster: `c${mixed % 50}`, site: `site-${mixed % 20}`, owner: `team-${mixed % 30}` },
  }
}

/** Fills an empty database with devices as a source tells them: records, links, tags, relationships and history. */
export async function fillInventory({ db, engine }: OpenDatabase, count: number, cards = 2): Promise<void> {
  const run = { engine, now, syncId: 'run:1', system: 'proxmox', identifier: 'lab', by: 'system:bench' }
  await db
    .insertInto('tags')
    .values(tags.map((name, index) => ({ id: index + 1, name, type: 'user', created_at: now, version: 1 })))
    .execute()
  for (let from = 0; from < count; from += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, count - from) }, (_, index) => from + index)
    await db.transaction().execute((transaction) => addMachines(transaction, run, numbers, cards))
  }
}

async function addMachines(
  transaction: Transaction,
  author: Authorship,
  numbers: readonly number[],
  cards: number,
): Promise<void> {
  const { engine } = author
  const records = await reserveIds(transaction, engine, 'source_records', numbers.length)
  const devices = await reserveIds(transaction, engine, 'devices', numbers.length)
  const contents = numbers.map((number, index): LinkedContent => {
    const record = machine(number, cards)
    const { sourceId } = record
    return { recordId: records[index]!, system: 'proxmox', source: 'lab', sourceId, record, isHeld: true }
  })
  await bulkInsert(transaction, engine, 'source_records', contents.map(recordRow))
  const saves = contents.map((content, index) =>
    newDevice(devices[index]!, [content], shift(now, -60_000 * (numbers[index]! % 90_000))),
  )
  await saveDevices(transaction, author, saves)
  await bulkInsert(
    transaction,
    engine,
    'device_links',
    devices.map((device, index) => linkRow(records[index]!, device)),
  )
  await bulkInsert(transaction, engine, 'device_tags', devices.flatMap(tagRows))
  await bulkInsert(
    transaction,
    engine,
    'device_relationships',
    devices.slice(1).map((child) => edge(devices, child)),
  )
}

const recordRow = ({ recordId, system, source, sourceId, record }: LinkedContent) => ({
  id: recordId,
  source_system: system,
  source_identifier: source,
  source_id: sourceId,
  kind: 'device',
  mac: null,
  content_hash: contentHash(record),
  normalized: JSON.stringify(record),
  volatile: null,
  volatile_at: null,
  first_run_id: 1,
  changed_run_id: 1,
  last_run_id: null,
  missing_run_id: null,
})

const linkRow = (record: number, device: number) => ({
  record_id: record,
  device_id: device,
  evidence: '[]',
  score: 1,
  decided_by: 'rule:own-device',
  decided_at: now,
  undone_at: null,
  undone_by: null,
})

/** Most are `prod`, a third carries another tag instead, and one in a thousand is `rare` too. */
const tagRows = (device: number) =>
  [device % 3 === 0 ? 1 + (Math.floor(device / 3) % 6) : 1, ...(device % 997 === 0 ? [7] : [])].map(
    (tag) => ({
      device_id: device,
      tag_id: tag,
      created_at: now,
    }),
  )

/** Every fiftieth machine hosts those after it. */
const edge = (devices: readonly number[], child: number) => ({
  parent_device_id: devices[Math.floor((child - devices[0]! - 1) / 50) * 50]!,
  child_device_id: child,
  relationship_type: 'hosts',
  metadata: '{}',
  source_system: 'proxmox',
  source_identifier: 'lab',
  created_at: now,
  updated_at: now,
})
