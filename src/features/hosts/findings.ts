import { bulkInsert } from '#database/bulk.ts'
import type { Transaction } from '#database/schema.ts'
import type { Linking } from '#features/identity/link-records.ts'
import type { HostOutcome } from '#features/hosts/update-hosts.ts'
import { textsIn } from '#features/inventory/device-state-queries.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import type { JsonObject } from '#kernel/json.ts'
import { isUsableAddress } from '#model/ip-address.ts'
import type { ReportedRecord } from '#model/record.ts'

interface Batch {
  hosts: HostOutcome
  linking: Linking
  contents: readonly { record: ReportedRecord }[]
}

interface Finding {
  kind: 'new-device' | 'new-mac' | 'address-conflict' | 'identity-conflict'
  subject: string
  device: number | null
  host: number | null
  detail: JsonObject
}

/** Opens findings for what a person should look at; one that is open already stays as it is. Gives how many are new. */
export async function noteFindings(
  transaction: Transaction,
  author: Authorship,
  run: { id: number; isFirst: boolean },
  batch: Batch,
): Promise<number> {
  const findings = [
    // What a source tells at its first reading is all new; only later it is news.
    ...(run.isFirst ? [] : await newcomers(transaction, author, batch)),
    ...identityConflicts(batch.linking),
    ...(await addressConflicts(transaction, author, batch)),
  ]
  return bulkInsert(
    transaction,
    author.engine,
    'findings',
    findings.map((finding) => ({
      kind: finding.kind,
      subject: finding.subject,
      device_id: finding.device,
      host_id: finding.host,
      run_id: run.id,
      detail: JSON.stringify(finding.detail),
      created_at: author.now,
      resolved_at: null,
      resolved_by: null,
    })),
    { ignore: true },
  )
}

async function newcomers(
  transaction: Transaction,
  author: Authorship,
  { hosts, linking }: Batch,
): Promise<Finding[]> {
  const names = await namesOf(transaction, [
    ...linking.created,
    ...hosts.added.flatMap((host) => host.device ?? []),
  ])
  const devices = [...linking.created].map((id): Finding => ({
    kind: 'new-device',
    subject: `device:${id}`,
    device: id,
    host: null,
    detail: { name: names.get(id) ?? null, source: author.identifier },
  }))
  const macs = hosts.added
    .filter((host) => host.device !== null && !linking.created.has(host.device))
    .map((host): Finding => ({
      kind: 'new-mac',
      subject: `mac:${host.mac}`,
      device: host.device,
      host: host.id,
      detail: { mac: host.mac, name: names.get(host.device!) ?? null },
    }))
  return [...devices, ...macs]
}

async function namesOf(transaction: Transaction, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const rows = await transaction
    .selectFrom('devices')
    .select(['id', 'name'])
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Map(rows.map((row) => [row.id, row.name]))
}

const identityConflicts = (linking: Linking): Finding[] =>
  linking.conflicts.map(({ device, others }) => ({
    kind: 'identity-conflict',
    subject: `devices:${[device, ...others].toSorted((left, right) => left - right).join(',')}`,
    device,
    host: null,
    detail: { devices: [device, ...others] },
  }))

/** Two machines that both say an address is theirs. Virtual router addresses are meant to be shared. */
async function addressConflicts(
  transaction: Transaction,
  author: Authorship,
  { hosts, contents }: Batch,
): Promise<Finding[]> {
  if (hosts.changed.length === 0) return []
  const addresses = [...new Set(contents.flatMap(({ record }) => seenAddresses(record)))].filter(
    isUsableAddress,
  )
  if (addresses.length === 0) return []
  const rows = await transaction
    .selectFrom('device_addresses')
    .innerJoin('devices', 'devices.id', 'device_addresses.device_id')
    .innerJoin('hosts', 'hosts.device_id', 'devices.id')
    .select(['address', 'devices.id', 'devices.name', 'hosts.mac', 'hosts.ip_addresses'])
    .where(textsIn(author.engine, 'address', addresses))
    .where('merged_into', 'is', null)
    .where('retired_at', 'is', null)
    .where('shared_mac', '=', false)
    .execute()
  const claims = rows.filter((row) => (JSON.parse(row.ip_addresses) as string[]).includes(row.address))
  return [...Map.groupBy(claims, (row) => row.address)].flatMap(([address, claimants]): Finding[] => {
    const devices = [...new Map(claimants.map((row) => [row.id, { id: row.id, name: row.name }])).values()]
    if (devices.length < 2) return []
    const detail = { address, devices, macs: [...new Set(claimants.map((row) => row.mac))] }
    return [{ kind: 'address-conflict', subject: address, device: null, host: null, detail }]
  })
}

function seenAddresses(record: ReportedRecord): string[] {
  if (record.kind === 'sighting') return record.addresses
  if (record.kind === 'volume') return []
  return (record.interfaces ?? []).flatMap((each) =>
    (each.addresses ?? []).map((address) => address.split('/')[0]!),
  )
}
