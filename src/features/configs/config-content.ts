import { createHash } from 'node:crypto'
import { normalizeConfig } from '#dialects/normalize-config.ts'
import { parseTimestamp, type Timestamp } from '#kernel/clock.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { ReportedConfig } from '#model/record.ts'

/** A told version, ready to be compared and written. */
export interface ConfigContent {
  /** Of the device record. */
  sourceId: string
  text: string
  /** SHA-256 of its bytes as they were fetched. */
  hash: string
  retrievedAt: Timestamp
  revision: string | null
  metadata: JsonObject
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** No text column of PostgreSQL takes this character; its picture stands for it, and the metadata say so. */
const nul = '\0'
const pictureOfNul = '\u2400'

/** What a source tells of one version: text, hashes and what else is known of it. */
export function configContentOf(reported: ReportedConfig, now: Timestamp): ConfigContent {
  const { text, encoding } = reported
  const bytes = Buffer.from(text, encoding ?? 'utf8')
  const hasNul = text.includes(nul)
  return {
    sourceId: reported.deviceSourceId,
    text: (hasNul ? text.replaceAll(nul, pictureOfNul) : text).toWellFormed(),
    hash: sha256(bytes),
    retrievedAt: parseTimestamp(reported.retrievedAt) ?? now,
    revision: reported.revision ?? null,
    metadata: {
      ...reported.metadata,
      bytes: bytes.length,
      normalizedHash: sha256(Buffer.from(normalizeConfig(text))),
      ...(encoding === undefined ? {} : { encoding }),
      ...(hasNul ? { nulReplaced: true } : {}),
    },
  }
}
