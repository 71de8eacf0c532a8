import { bulkInsert } from '#database/bulk.ts'
import type { Transaction } from '#database/schema.ts'
import { identitySubject, wasDismissed } from '#features/hosts/finding-queries.ts'
import type { Finding } from '#features/hosts/host-shapes.ts'
import type { HostOutcome } from '#features/hosts/update-hosts.ts'
import type { Linking } from '#features/identity/link-records.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import type { JsonObject } from '#kernel/json.ts'

interface Batch {
  hosts: HostOutcome
  linking: Linking
}

/** A finding that is about to be opened. */
export interface NewFinding {
  kind: Finding['kind']
  subject: string
  device: number | null
  host: number | null
  detail: JsonObject
}

/**
 * Opens findings for what a batch brought that a person should look at; gives how many are new. Who claims whose
 * address is told when the run ends: see settleHosts.
 */
export async function noteFindings(
  transaction: Transaction,
  author: Authorship,
  run: { id: number; isFirst: boolean },
  batch: Batch,
): Promise<number> {
  const { conflicts } = batch.linking
  // What a source tells at its first reading is all new; only later it is news.
  const created = run.isFirst ? [] : newDevices(batch)
  const added = run.isFirst ? [] : newMacs(batch)
  const names = await namesOf(transaction, author, [
    ...created,
    ...added.map((host) => host.device!),
    ...conflicts.flatMap(({ device, others }) => [device, ...others]),
  ])
  const reference = (id: number) => ({ id, name: names.get(id) ?? '' })
  const disputed = conflicts.map(({ device, others }): NewFinding => {
    const ids = [...new Set([device, ...others])].toSorted((left, right) => left - right)
    const detail = { devices: ids.map(reference) }
    return { kind: 'identity-conflict', subject: identitySubject(ids), device, host: null, detail }
  })
  return openFindings(transaction, author, run.id, [
    ...created.map((id): NewFinding => {
      const detail = { name: reference(id).name, source: author.identifier }
      return { kind: 'new-device', subject: `device:${id}`, device: id, host: null, detail }
    }),
    ...added.map(({ id, mac, device }): NewFinding => {
      const detail = { mac, name: reference(device!).name, source: author.identifier }
      return { kind: 'new-mac', subject: `mac:${mac}`, device, host: id, detail }
    }),
    ...disputed,
  ])
}

/** One that turned out to be another device within the batch was never one. */
function newDevices({ linking }: Batch): number[] {
  const merged = new Set(linking.merged.map(({ from }) => from))
  return [...linking.created].filter((id) => !merged.has(id))
}

/** MAC addresses that a device which was there before did not have. */
const newMacs = ({ hosts, linking }: Batch) =>
  hosts.added.filter((host) => host.device !== null && !host.isKnownMac && !linking.created.has(host.device))

/** Writes findings. One that is open already stays as it is; what a person has settled is not asked again. */
export async function openFindings(
  transaction: Transaction,
  { engine, now }: Pick<Authorship, 'engine' | 'now'>,
  runId: number | null,
  findings: readonly NewFinding[],
): Promise<number> {
  if (findings.length === 0) return 0
  const dismissed = await wasDismissed(transaction, engine, findings)
  const rows = findings.filter((finding) => !dismissed(finding))
  return bulkInsert(
    transaction,
    engine,
    'findings',
    rows.map((finding) => ({
      kind: finding.kind,
      subject: finding.subject,
      device_id: finding.device,
      host_id: finding.host,
      run_id: runId,
      detail: JSON.stringify(finding.detail),
      created_at: now,
      resolved_at: null,
      resolved_by: null,
    })),
    { ignore: true },
  )
}

async function namesOf(
  transaction: Transaction,
  { engine }: Authorship,
  ids: readonly number[],
): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const rows = await transaction
    .selectFrom('devices')
    .select(['id', 'name'])
    .where(idsIn(engine, 'id', [...new Set(ids)]))
    .execute()
  return new Map(rows.map((row) => [row.id, row.name]))
}
