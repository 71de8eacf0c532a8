import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'

/**
 * Who sees only devices with certain tags may neither make a device that nobody of them sees nor give one away: one
 * of the tags must stay. Throws FORBIDDEN.
 */
export function assertMayKeepTags(
  { name, tags: own }: Pick<Actor, 'name' | 'tags'>,
  tags: readonly string[],
): void {
  if (own === undefined || tags.some((tag) => own.includes(tag))) return
  throw new AppError('FORBIDDEN', `${name} is limited to devices with certain tags`, {
    hint: `Keep one of these on it: ${own.join(', ')}.`,
  })
}

/** Of the tags that somebody would take off: those that decide who sees a device are not theirs to take. */
export function assertMayRemoveTags(
  { name, tags: own }: Pick<Actor, 'name' | 'tags'>,
  remove: readonly string[],
): void {
  const kept = own?.filter((tag) => remove.includes(tag)) ?? []
  if (kept.length === 0) return
  throw new AppError('FORBIDDEN', `${name} is limited to devices with ${kept.join(', ')}`, {
    hint: 'Somebody without that limit may take it off.',
  })
}
