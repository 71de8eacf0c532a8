import type { Context } from '#features/context.ts'
import { discoverySource, listSources } from '#features/sync/source-registry.ts'
import { AppError } from '#kernel/errors.ts'
import { suggest } from '#kernel/suggest.ts'

/**
 * The names of the sources to read: each named one, which must be there and enabled, or every enabled one. Ranges
 * that somebody discovered once are read again only by name.
 */
export async function sourcesToRead(
  context: Pick<Context, 'db' | 'config' | 'sourceTypes'>,
  names: readonly string[],
): Promise<string[]> {
  const enabled = new Map((await listSources(context)).map(({ name, enabled }) => [name, enabled]))
  const wanted =
    names.length > 0 ? [...new Set(names)] : [...enabled.keys()].filter((name) => enabled.get(name))
  const missing = wanted.filter((name) => !enabled.has(name))
  if (missing.length > 0) throw notThere(missing, [...enabled.keys()])
  const off = wanted.filter((name) => !enabled.get(name))
  if (off.length > 0) {
    throw new AppError('CONFLICT', `Switched off and not read: ${off.join(', ')}`, {
      hint: 'Enable the source first.',
    })
  }
  const chosen = names.length > 0 ? wanted : wanted.filter((name) => name !== discoverySource)
  if (chosen.length > 0) return chosen
  throw new AppError('CONFLICT', 'There is no source to read', { hint: 'Add one, or enable one.' })
}

function notThere(missing: readonly string[], known: readonly string[]): AppError {
  const meant = missing.flatMap((name) => suggest(name, known) ?? [])
  return new AppError('NOT_FOUND', `There is no source ${missing.join(', ')}`, {
    hint: meant.length > 0 ? `Did you mean ${meant.join(', ')}?` : 'rollcall source list shows all of them.',
    complaints: missing.map((name) => ({ path: 'names', value: name, expected: 'the name of a source' })),
  })
}
