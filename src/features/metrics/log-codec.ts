import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { Entry, Told } from '#model/sample.ts'

/** What became durable together: readings, and subjects that were deleted before them. */
export interface LogGroup {
  entries: readonly Entry[]
  forget?: readonly string[] | undefined
}

/** An entry without names: subject, at, received, backfill, core, extra, told. */
type Line = [string, number, number, 0 | 1, readonly (number | null)[], Entry['extra'] | 0, Told | 0]
type Payload = { lines: Line[]; forget?: readonly string[] | undefined }

const options = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

export function encodeGroup({ entries, forget }: LogGroup): Buffer {
  const lines = entries.map(({ subject, at, received, backfill, core, extra, told }): Line => [
    subject,
    at,
    received,
    backfill ? 1 : 0,
    core,
    extra ?? 0,
    told ?? 0,
  ])
  return zstdCompressSync(JSON.stringify({ lines, forget } satisfies Payload), options)
}

export const decodeGroup = (payload: Uint8Array): LogGroup => groupOf(zstdDecompressSync(payload))

/** Like decodeGroup, but undefined, and quickly so, where none of these subjects is in it. */
export function decodeGroupOf(payload: Uint8Array, subjects: readonly string[]): LogGroup | undefined {
  const text = zstdDecompressSync(payload)
  return subjects.some((subject) => text.includes(JSON.stringify(subject))) ? groupOf(text) : undefined
}

function groupOf(text: Buffer): LogGroup {
  const { lines, forget } = JSON.parse(text.toString()) as Payload
  const entries = lines.map(([subject, at, received, backfill, core, extra, told]): Entry => ({
    subject,
    at,
    received,
    backfill: backfill === 1,
    core,
    ...(extra === 0 ? {} : { extra }),
    ...(told === 0 ? {} : { told }),
  }))
  return { entries, forget }
}
