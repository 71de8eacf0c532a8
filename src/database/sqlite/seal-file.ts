import { createHash, randomBytes } from 'node:crypto'
import { open } from 'node:fs/promises'

/** A multiple of every page size, so that a short value in the file never lies across two reads. */
const readBytes = 1 << 20

/** A text of the length of a seal that stands nowhere else. */
export const placeholder = (): string => randomBytes(32).toString('hex')

/** SHA-256 of a file in which one text, its seal, counts as zeros; and where that text stands. */
export async function sealOf(
  file: string,
  seal: string,
  signal: AbortSignal,
): Promise<{ sha256: string; position: number }> {
  const hash = createHash('sha256')
  const handle = await open(file, 'r')
  let position = -1
  try {
    for (let offset = 0; ;) {
      signal.throwIfAborted()
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(readBytes), 0, readBytes, offset)
      if (bytesRead === 0) break
      const bytes = buffer.subarray(0, bytesRead)
      const at = position < 0 ? bytes.indexOf(seal, 0, 'latin1') : -1
      if (at >= 0) {
        position = offset + at
        bytes.fill(0, at, at + seal.length)
      }
      hash.update(bytes)
      offset += bytesRead
    }
  } finally {
    await handle.close()
  }
  return { sha256: hash.digest('hex'), position }
}

/** Puts the checksum of a file into it, where the placeholder stands. */
export async function sealFile(file: string, reserved: string, signal: AbortSignal): Promise<void> {
  const { sha256, position } = await sealOf(file, reserved, signal)
  if (position < 0) throw new Error(`${file} has no place for its seal`)
  const handle = await open(file, 'r+')
  try {
    await handle.write(sha256, position, 'latin1')
  } finally {
    await handle.close()
  }
}
