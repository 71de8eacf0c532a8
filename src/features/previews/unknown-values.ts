import { leaveOut } from '#features/previews/left-out.ts'
import type { LeftOut } from '#features/previews/left-out.ts'
import type { RowCall } from '#features/previews/row-source.ts'
import { namesOf } from '#features/previews/target-queries.ts'
import { deviceFilter, findDeviceIds } from '#features/inventory/device-list-queries.ts'
import { AppError } from '#kernel/errors.ts'
import { writeFieldPath } from '#query/field-path.ts'
import { formatQuery } from '#query/format-query.ts'
import { parseQuery } from '#query/parse-query.ts'
import type { Comparison, Query } from '#query/query-ast.ts'

/** So many conditions are looked at. */
const lookedAt = 6
const countedAtMost = 1_000_000

/**
 * How many devices a query would perhaps hold if more were known: for each of its conditions those that fulfil all others
 * and have no value there. A condition on what is not known never holds, which is easily overlooked.
 */
export async function unknownValues(call: RowCall, q: string, signal: AbortSignal): Promise<LeftOut> {
  const unknown: LeftOut = new Map()
  const query = parseQuery(q)
  const conditions = query.is === 'and' ? query.items : [query]
  for (const condition of conditions.filter(isAboutValue).slice(0, lookedAt)) {
    signal.throwIfAborted()
    const devices = await devicesWithout(call, query, condition)
    const field = writeFieldPath(condition.path)
    if (devices.length === 0) continue
    const reason = `${field} is not known, so it cannot be said whether it fits`
    leaveOut(unknown, reason, devices.length, await namesOf(call, devices.slice(0, 3)))
  }
  return unknown
}

const isAboutValue = (query: Query): query is Comparison =>
  query.is === 'comparison' &&
  query.operator !== '!=' &&
  query.path.length === 1 &&
  query.path[0]!.toLowerCase() !== 'has'

async function devicesWithout(call: RowCall, query: Query, condition: Comparison): Promise<number[]> {
  const { span } = condition
  const anything = { is: 'pattern', pieces: [{ wild: '*' }], span } as const
  const isUnknown: Query = {
    is: 'not',
    item: { ...condition, operator: ':', values: [anything] },
    span,
  }
  const all: Query =
    query.is === 'and'
      ? { ...query, items: query.items.map((item) => (item === condition ? isUnknown : item)) }
      : isUnknown
  try {
    const filter = await deviceFilter(call, formatQuery(all))
    return await findDeviceIds(call, filter, countedAtMost)
  } catch (error) {
    // Not every field can be asked whether it is known.
    if (error instanceof AppError && error.code === 'QUERY_INVALID') return []
    throw error
  }
}
