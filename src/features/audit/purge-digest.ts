import { hash } from 'node:crypto'
import { noHash } from '#features/audit/line-hash.ts'

/** How many lines a purge took the words of, and one digest over all that is left of them. */
export interface PurgeState {
  count: number
  digest: string
  /** The first of them. */
  first: number
}

/** The name of the line that tells of a purge. */
export const purgeOperation = 'audit.purge'

/**
 * Adds a line to the digest of its purge: SHA-256 over the digest so far, the line's own hash (of the words it had),
 * and the hash of what would be hashed of it now, each with a line feed. In the order of ids. What would be hashed
 * begins with the hash of the line before: the line's own hash cannot be computed any more and would else hide a break.
 */
export function addPurged(
  state: PurgeState | undefined,
  id: number,
  lineHash: string,
  hashed: string | Buffer,
): PurgeState {
  const digest = hash('sha256', `${state?.digest ?? noHash}\n${lineHash}\n${hash('sha256', hashed)}\n`)
  return { count: (state?.count ?? 0) + 1, digest, first: state?.first ?? id }
}
