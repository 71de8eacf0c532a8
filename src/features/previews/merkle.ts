import { hash } from 'node:crypto'

/** What of a row an approval stands for. */
export interface RowLeaf {
  number: number
  key: string
  checksum: string
  version: string | null
  costCents: number | null
  deviceId: number | null
  isSkipped: boolean
}

/** A tree of hashes that grows by a row at a time and keeps one hash for each level. */
export interface MerkleTree {
  add(leaf: RowLeaf): void
  /** The hash that stands for all rows so far, and their number: 64 hexadecimal digits. */
  root(): string
}

/**
 * A binary tree of SHA-256 over rows in their order. Leaves, nodes and the root are hashed with different first
 * characters, so that none can be taken for another.
 */
export function createMerkleTree(): MerkleTree {
  /** At level n the hash of a whole subtree of 2^n rows that waits for its neighbour. */
  const waiting: (string | undefined)[] = []
  let count = 0
  return {
    add(leaf) {
      let node = leafHash(leaf)
      let level = 0
      for (; waiting[level] !== undefined; level += 1) {
        node = hash('sha256', `N${waiting[level]}${node}`)
        waiting[level] = undefined
      }
      waiting[level] = node
      count += 1
    },
    root() {
      let node = ''
      for (const other of waiting)
        if (other !== undefined) node = node === '' ? other : hash('sha256', `N${other}${node}`)
      return hash('sha256', `R${count}:${node}`)
    },
  }
}

/** Texts are told with their length: no key can be written so that it looks like the rest of another row. */
function leafHash({ number, key, checksum, version, costCents, deviceId, isSkipped }: RowLeaf): string {
  const versionText = version === null ? '-' : `${version.length}:${version}`
  const rest = `${costCents ?? '-'},${deviceId ?? '-'},${isSkipped ? 's' : 'd'}`
  return hash('sha256', `L${number},${key.length}:${key},${checksum},${versionText},${rest}`)
}
