import { AppError } from '#kernel/errors.ts'
import { suggest } from '#kernel/suggest.ts'

/** The one of a list of the configuration (`jobs.commands`) that has this name; NOT_FOUND with what there is. */
export function findConfigured<Item extends { name: string }>(
  items: readonly Item[],
  name: string,
  { noun, setting }: { noun: string; setting: string },
): Item {
  const found = items.find((each) => each.name === name)
  if (found) return found
  const names = items.map((each) => each.name)
  const meant = suggest(name, names)
  throw new AppError('NOT_FOUND', `There is no ${noun} ${name}`, {
    hint:
      meant !== undefined
        ? `Did you mean ${meant}?`
        : names.length > 0
          ? `There are ${names.join(', ')}.`
          : `There are none yet: ${setting} of the configuration lists them.`,
  })
}
