import type { Transaction } from '#database/schema.ts'
import { decideLinks } from '#features/identity/link-records.ts'
import type { IdentityRecord } from '#features/identity/identity-record.ts'
import { loadRecords } from '#features/identity/neighbourhood-queries.ts'
import { recomputeDevices } from '#features/identity/recompute-devices.ts'
import { touchedBy, writeLinks } from '#features/identity/write-links.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'

/** What is about to become of records beside their links. */
interface Coming {
  /** Whether their source holds them from now on. */
  isHeld: boolean
  /** Devices to compute again in any case. */
  touched: readonly number[]
  write: () => Promise<void>
}

/**
 * Decides again which devices stored records belong to, because a person decided, or no longer decides. Gives the
 * devices that changed.
 */
export async function relinkRecords(
  transaction: Transaction,
  author: Authorship,
  ids: readonly number[],
): Promise<number[]> {
  const seeds = await loadRecords(transaction, author.engine, ids)
  return relink(transaction, author, seeds, { touched: [], write: async () => {} })
}

/**
 * The same because their source no longer holds them, or holds them again. Sightings belong where they belong, held or
 * not.
 */
export async function relinkPresence(
  transaction: Transaction,
  author: Authorship,
  ids: readonly number[],
  { isHeld, ...coming }: Coming,
): Promise<number[]> {
  const records = await loadRecords(transaction, author.engine, ids)
  const seeds = records.filter((each) => each.kind === 'device').map((each) => ({ ...each, isHeld }))
  return relink(transaction, author, seeds, coming)
}

async function relink(
  transaction: Transaction,
  author: Authorship,
  seeds: readonly IdentityRecord[],
  { touched, write }: Pick<Coming, 'touched' | 'write'>,
): Promise<number[]> {
  const linking = await decideLinks(transaction, author, seeds)
  const computed = [...new Set([...touched, ...touchedBy(linking)])]
  return recomputeDevices(
    transaction,
    author,
    computed,
    'update',
    async () => {
      await write()
      return writeLinks(transaction, author, linking, new Set(computed))
    },
    { ids: linking.created, contents: new Map(), seenAt: author.now },
  )
}
