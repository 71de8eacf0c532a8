import type { AuditSigner } from '#features/audit/chain-head.ts'
import { noHash } from '#features/audit/line-hash.ts'
import type { PurgeState } from '#features/audit/purge-digest.ts'
import type { AuditRangesTable } from '#database/schema.ts'
import { canonicalJson } from '#kernel/json.ts'

const purpose = 'audit range'

const textOf = (databaseId: string, { mac: _, key_id: __, ...content }: AuditRangesTable): string =>
  canonicalJson({ databaseId, ...content })

/** Signs what is left of lines that retention removed. */
export function signRange(
  signer: AuditSigner,
  databaseId: string,
  content: Omit<AuditRangesTable, 'mac' | 'key_id'>,
): AuditRangesTable {
  const { mac, keyId } = signer.mac(purpose, textOf(databaseId, { ...content, mac: '', key_id: '' }))
  return { ...content, mac, key_id: keyId }
}

/** Where the lines that are kept begin. */
export interface KeptFrom {
  /** The last line that was removed; 0 where none was. */
  removedUntil: number
  /** Its hash. */
  hash: string
  /** Of purges told of in kept lines, what concerns removed ones. */
  purged: ReadonlyMap<number, PurgeState>
}

/** The beginning of what is kept by its range records, or the first record that is wrong and why. */
export function keptFrom(
  signer: AuditSigner,
  databaseId: string,
  ranges: readonly AuditRangesTable[],
): KeptFrom | { bad: { id: number; reason: string } } {
  let end = { id: 0, hash: noHash }
  for (const range of ranges) {
    const check = signer.checkMac(purpose, textOf(databaseId, range), { keyId: range.key_id, mac: range.mac })
    const lines = `the record of the removed lines ${range.first_id} to ${range.last_id}`
    if (check !== 'good')
      return {
        bad: { id: range.first_id, reason: `range record forged: ${lines} is not signed by Rollcall` },
      }
    if (range.first_id !== end.id + 1 || range.hash_before !== end.hash)
      return {
        bad: { id: end.id + 1, reason: `range record missing: ${lines} does not follow the one before it` },
      }
    end = { id: range.last_id, hash: range.last_hash }
  }
  const purged = Object.entries(JSON.parse(ranges.at(-1)?.purged ?? '{}') as Record<string, PurgeState>)
  return {
    removedUntil: end.id,
    hash: end.hash,
    purged: new Map(purged.map(([id, state]) => [Number(id), state])),
  }
}
