import { createHash } from 'node:crypto'
import { AppError } from '#kernel/errors.ts'

/**
 * The entity tag of an answer: `"3-1f0c..."`, the version of the thing when it has one, then a hash of what
 * was answered. If-Match looks at the version alone; If-None-Match at the whole, because facts beside the
 * version (last seen) change too.
 */
export function entityTag(answer: unknown, body: string): string {
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 16)
  const version = versionOf(answer)
  return version === undefined ? `"${hash}"` : `"${version}-${hash}"`
}

function versionOf(answer: unknown): number | undefined {
  if (answer === null || typeof answer !== 'object') return undefined
  const { version } = answer as { version?: unknown }
  return typeof version === 'number' ? version : undefined
}

/** The version an If-Match header asks for; undefined for `*`. Throws CHANGED_SINCE when it names none of ours. */
export function expectedVersion(ifMatch: string): number | undefined {
  if (ifMatch.trim() === '*') return undefined
  const match = /^(?:W\/)?"(\d{1,15})(?:-[\w-]*)?"$/.exec(ifMatch.trim())
  if (match) return Number(match[1])
  throw new AppError('CHANGED_SINCE', 'The header If-Match does not hold an entity tag of this thing', {
    hint: 'Read it first and send back the ETag of that answer.',
  })
}

/** True when If-None-Match already holds the tag. */
export const alreadyHas = (ifNoneMatch: string | undefined, tag: string): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === '*' ||
    ifNoneMatch.split(',').some((each) => each.trim().replace(/^W\//, '') === tag))
