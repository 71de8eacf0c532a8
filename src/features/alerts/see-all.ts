import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'

/** Throws FORBIDDEN for somebody who sees only some devices: it would work on those of others too. */
export function assertSeesAll({ name, tags }: Pick<Actor, 'name' | 'tags'>, what: string): void {
  if (tags === undefined) return
  throw new AppError('FORBIDDEN', `${name} is limited to devices with certain tags`, {
    hint: `${what} about all devices are made by people who see all of them.`,
  })
}
