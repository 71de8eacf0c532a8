import type { Context } from '#features/context.ts'
import { storedSourceNames } from '#features/previews/prepare-queries.ts'
import { AppError } from '#kernel/errors.ts'
import { suggest } from '#kernel/suggest.ts'

/** The sources of these names, or all that are switched on; NOT_FOUND for one that is not there or off. */
export async function chosenSources(
  { db, config }: Pick<Context, 'db' | 'config'>,
  names: readonly string[],
): Promise<string[]> {
  const configured = config.sources.filter(({ enabled }) => enabled).map(({ name }) => name)
  const known = [...new Set([...configured, ...(await storedSourceNames(db))])].sort()
  const missing = names.filter((name) => !known.includes(name))
  if (missing.length === 0) return names.length > 0 ? [...new Set(names)] : known
  const meant = missing.flatMap((name) => suggest(name, known) ?? [])
  throw new AppError('NOT_FOUND', `There is no source ${missing.join(', ')} that is switched on`, {
    hint: meant.length > 0 ? `Did you mean ${meant.join(', ')}?` : 'rollcall source list shows all of them.',
    complaints: missing.map((name) => ({ path: 'rowsFrom.names', value: name, expected: 'a source' })),
  })
}
