import type { z } from 'zod'
import { AppError } from '#kernel/errors.ts'
import { identified } from '#sources/oceanstor/answers.ts'
import type { OceanstorClient, Query } from '#sources/oceanstor/client.ts'
import { isFeatureAbsent } from '#sources/oceanstor/error-codes.ts'
import type { OceanstorSettings } from '#sources/oceanstor/settings.ts'

/** What one reading shares: whom to ask, and what was found wanting on the way. */
export interface Reading {
  client: OceanstorClient
  settings: OceanstorSettings
  signal: AbortSignal
  /** Why this reading cannot prove that something is gone. */
  gaps: string[]
  /** What is missing from records that are told all the same. */
  warnings: string[]
  /** The lists that did not come whole, by their path or mark: what hangs on them stays as it is known. */
  missing: Set<string>
}

/** A list to read, and how much its absence matters. */
export interface Wanted<Schema extends z.ZodType> {
  path: string
  /** `LUNs`, for sentences. */
  name: string
  row: Schema
  query?: Query | undefined
  /** `records`: what is missing makes the reading partial; `details`: records are told without it. */
  needed: 'records' | 'details'
  /** What it is noted as missing under; its path where there is only one of it. */
  mark?: string | undefined
  /** `must`: only a number of the array's own proves that the list is whole. `no`: it has none for this list. */
  counted?: 'must' | 'no' | undefined
}

/** Safe everywhere: old releases cut longer ranges. */
const pageSize = 100
/** A list that never ends is no list. */
const pagesAtMost = 20_000

/** A failure that leaves the rest of the array to be read. */
const isLocal = (error: unknown): error is AppError =>
  error instanceof AppError && (error.code === 'SOURCE_FORBIDDEN' || error.code === 'SOURCE_ANSWER_INVALID')

/** Notes what is wanting where it belongs. */
export function lack(
  { gaps, warnings, missing }: Reading,
  { needed, path, mark }: Pick<Wanted<z.ZodType>, 'needed' | 'path' | 'mark'>,
  sentence: string,
): void {
  missing.add(mark ?? path)
  if (needed === 'records') gaps.push(sentence)
  else warnings.push(`${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`)
}

/**
 * A list, page by page. The end of a range is exclusive; an array that includes it gives a row twice, which counts once.
 * It goes on after what came, not after what was asked for, until the array's own number is reached or nothing comes.
 */
export async function* readList<Schema extends z.ZodType<{ ID: string }>>(
  reading: Reading,
  wanted: Wanted<Schema>,
): AsyncGenerator<z.output<Schema>[], void> {
  const { name } = wanted
  try {
    const total =
      wanted.counted === 'no' ? undefined : await reading.client.count(wanted.path, wanted.query ?? {})
    const state = { seen: new Set<string>(), unreadable: 0 }
    yield* pages(reading, wanted, total, state)
    if (state.unreadable > 0)
      lack(reading, wanted, `${state.unreadable} of the ${name} could not be understood`)
    const came = state.seen.size + state.unreadable
    if (total !== undefined && came !== total)
      lack(reading, wanted, `the array counts ${total} ${name}, but told ${came}`)
    if (total === undefined && wanted.counted === 'must' && came > 0)
      lack(reading, wanted, `the array did not say how many ${name} there are`)
  } catch (error) {
    if (!isLocal(error)) throw error
    lack(reading, wanted, `the ${name} could not be read (${error.message})`)
  }
}

async function* pages<Schema extends z.ZodType<{ ID: string }>>(
  reading: Reading,
  wanted: Wanted<Schema>,
  total: number | undefined,
  state: { seen: Set<string>; unreadable: number },
): AsyncGenerator<z.output<Schema>[], void> {
  let start = 0
  for (let page = 0; page < pagesAtMost; page += 1) {
    if (total !== undefined && start >= total) return
    const range = `[${start}-${start + pageSize}]`
    const rows = await askRows(reading, wanted, { ...wanted.query, range })
    if (rows === undefined || rows.length === 0) return
    const fresh: z.output<Schema>[] = []
    for (const row of rows) {
      const parsed = wanted.row.safeParse(row)
      if (!parsed.success) state.unreadable += 1
      else if (!state.seen.has(parsed.data.ID)) {
        state.seen.add(parsed.data.ID)
        fresh.push(parsed.data)
      }
    }
    yield fresh
    start += rows.length
    // Where nothing is to be proved, a short page is the last.
    if (wanted.counted === 'no' && rows.length < pageSize) return
  }
  lack(reading, wanted, `the list of ${wanted.name} did not end`)
}

/** The rows of one answer; undefined where the array has none of the kind, or did not give them. */
async function askRows(
  reading: Reading,
  wanted: Pick<Wanted<z.ZodType>, 'path' | 'name' | 'needed' | 'mark'>,
  query: Query,
): Promise<unknown[] | undefined> {
  const { name } = wanted
  const { error, data } = await reading.client.ask(wanted.path, query)
  if (isFeatureAbsent(error.code)) return undefined
  if (error.code !== 0) {
    lack(reading, wanted, `the ${name} could not be read (${error.code}: ${error.description})`)
    return undefined
  }
  // An empty list is no list at all.
  if (data === undefined) return undefined
  if (Array.isArray(data)) return data
  lack(reading, wanted, `the ${name} came in a shape that is not the array’s own`)
  return undefined
}

/** A whole list that is known to be short. */
export async function readAllOf<Schema extends z.ZodType<{ ID: string }>>(
  reading: Reading,
  wanted: Wanted<Schema>,
): Promise<z.output<Schema>[]> {
  const all: z.output<Schema>[] = []
  for await (const rows of readList(reading, wanted)) all.push(...rows)
  return all
}

/** A list that is told in one piece and never proves anything: ports, pairs, quotas. */
export async function readRows<Schema extends z.ZodType>(
  reading: Reading,
  wanted: Omit<Wanted<Schema>, 'counted'>,
): Promise<z.output<Schema>[]> {
  try {
    const rows = (await askRows(reading, wanted, wanted.query ?? {})) ?? []
    const parsed = rows.map((row) => wanted.row.safeParse(row))
    const readable = parsed.flatMap((each) => (each.success ? [each.data] : []))
    if (readable.length < parsed.length)
      lack(
        reading,
        wanted,
        `${parsed.length - readable.length} of the ${wanted.name} could not be understood`,
      )
    return readable
  } catch (error) {
    if (!isLocal(error)) throw error
    lack(reading, wanted, `the ${wanted.name} could not be read (${error.message})`)
    return []
  }
}

/** The ids of what is associated with something. */
export const readIds = async (
  reading: Reading,
  path: string,
  name: string,
  query: Query,
): Promise<string[]> =>
  (await readAllOf(reading, { path, name, query, row: identified, needed: 'details', counted: 'no' })).map(
    ({ ID }) => ID,
  )
