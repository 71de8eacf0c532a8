import type { z } from 'zod'
import { AppError } from '#kernel/errors.ts'
import { countAnswer, listPage } from '#sources/ontap/answers.ts'
import type { Answer, OntapClient } from '#sources/ontap/client.ts'
import type { OntapSettings } from '#sources/ontap/settings.ts'

/** What one reading shares: whom to ask, and what was found wanting on the way. */
export interface Reading {
  client: OntapClient
  settings: OntapSettings
  /** Why this reading cannot prove that something is gone. */
  gaps: string[]
  /** What is missing from records that are told all the same. */
  warnings: string[]
  /** The lists that did not come whole, by their path: what hangs on them stays as it is known. */
  missing: Set<string>
}

/** A list to read, and how much its absence matters. */
export interface Wanted<Schema extends z.ZodType> {
  path: string
  /** `volumes`, for sentences. */
  name: string
  row: Schema
  /** What tells two rows apart: a row that comes twice counts once. */
  key: (row: z.output<Schema>) => string
  fields: string
  query?: Record<string, string> | undefined
  /** `records`: what is missing makes the reading partial; `details`: records are told without it. */
  needed: 'records' | 'details'
  /** Every release and every cluster has it, so it is never just absent. */
  always?: boolean | undefined
}

/** A failure that leaves the rest of the cluster to be read. */
const isLocal = (error: unknown): error is AppError =>
  error instanceof AppError && (error.code === 'SOURCE_FORBIDDEN' || error.code === 'SOURCE_ANSWER_INVALID')

/** Notes what is wanting where it belongs. */
export function lack(
  { gaps, warnings, missing }: Reading,
  { needed, path }: Pick<Wanted<z.ZodType>, 'needed' | 'path'>,
  sentence: string,
): void {
  missing.add(path)
  if (needed === 'records') gaps.push(sentence)
  else warnings.push(`${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`)
}

/** A list that never ends is no list. */
const pagesAtMost = 20_000

interface Progress {
  seen: Set<string>
  unreadable: number
}

/**
 * A list, page by page, as the cluster leads through it. An answer may hold fewer rows than were asked for, or none, when
 * the cluster ran out of time for it: the list is over only when no link leads on.
 */
export async function* readList<Schema extends z.ZodType>(
  reading: Reading,
  wanted: Wanted<Schema>,
): AsyncGenerator<z.output<Schema>[], void> {
  const progress: Progress = { seen: new Set(), unreadable: 0 }
  const { name, needed } = wanted
  try {
    const isWhole = yield* pages(reading, wanted, progress)
    if (progress.unreadable > 0)
      lack(reading, wanted, `${progress.unreadable} of the ${name} could not be understood`)
    if (!isWhole || needed === 'details') return
    const total = await countOf(reading, wanted)
    const came = progress.seen.size + progress.unreadable
    if (total !== undefined && total > came)
      lack(reading, wanted, `the cluster counts ${total} ${name}, but told ${came}`)
  } catch (error) {
    if (!isLocal(error)) throw error
    lack(reading, wanted, `the ${name} could not be read (${error.message})`)
  }
}

/** True when the list came to its end. */
async function* pages<Schema extends z.ZodType>(
  reading: Reading,
  wanted: Wanted<Schema>,
  progress: Progress,
): AsyncGenerator<z.output<Schema>[], boolean> {
  const { client } = reading
  const { name } = wanted
  const links = new Set<string>()
  let answer: Answer | undefined = await firstPage(reading, wanted)
  for (let page = 0; page < pagesAtMost; page += 1) {
    if (answer === undefined || answer.is !== 'data') {
      noteFailure(reading, wanted, answer)
      return false
    }
    const parsed = listPage.safeParse(answer.body)
    if (!parsed.success) {
      lack(reading, wanted, `the ${name} came in a shape that is not the cluster’s own`)
      return false
    }
    const { records, num_records: told, _links: { next } = {} } = parsed.data
    if (told !== undefined && told !== records.length)
      lack(reading, wanted, `an answer spoke of ${told} ${name} and held ${records.length}`)
    yield fresh(wanted, records, progress)
    if (next === undefined) return true
    if (links.has(next.href)) break
    links.add(next.href)
    answer = await client.follow(next.href)
  }
  lack(reading, wanted, `the list of ${name} did not end`)
  return false
}

function fresh<Schema extends z.ZodType>(
  { row, key }: Wanted<Schema>,
  records: readonly unknown[],
  progress: Progress,
): z.output<Schema>[] {
  return records.flatMap((record) => {
    const parsed = row.safeParse(record)
    if (!parsed.success) {
      progress.unreadable += 1
      return []
    }
    const id = key(parsed.data)
    if (progress.seen.has(id)) return []
    progress.seen.add(id)
    return [parsed.data]
  })
}

/** A little less than we wait for, so that a slow cluster gives what it has. */
const returnTimeout = ({ timeoutSeconds }: OntapSettings): number =>
  Math.max(1, Math.min(120, Math.floor(timeoutSeconds * 0.75)))

async function firstPage(
  { client, settings }: Reading,
  { path, fields, query }: Pick<Wanted<z.ZodType>, 'path' | 'fields' | 'query'>,
): Promise<Answer> {
  const rest = { ...query, max_records: settings.pageSize, return_timeout: returnTimeout(settings) }
  const answer = await client.get(path, { fields, ...rest })
  // An older release knows some of them only; all that are cheap is what it has.
  return answer.is === 'unknownField' ? client.get(path, { fields: '*', ...rest }) : answer
}

function noteFailure<Schema extends z.ZodType>(
  reading: Reading,
  wanted: Wanted<Schema>,
  answer: Exclude<Answer, { is: 'data' }> | undefined,
): void {
  const { name, always } = wanted
  switch (answer?.is) {
    case 'absent':
      if (always) lack(reading, wanted, `the cluster says that it has no ${name}`)
      return
    case 'forbidden':
      return lack(reading, wanted, `the role of the user may not read the ${name} (${answer.reason})`)
    case 'unknownField':
      return lack(reading, wanted, `the ${name} could not be read (the release does not know a field)`)
    case 'failed':
      return lack(reading, wanted, `the ${name} could not be read (${answer.reason})`)
    case undefined:
      return lack(reading, wanted, `the list of ${name} leads to another server, which is not followed`)
  }
}

/** How many there are, by the cluster's own count; undefined where it does not say, or could not count to the end. */
async function countOf(
  { client, settings }: Reading,
  { path, query }: Pick<Wanted<z.ZodType>, 'path' | 'query'>,
): Promise<number | undefined> {
  const answer = await client.get(path, {
    ...query,
    return_records: 'false',
    return_timeout: returnTimeout(settings),
  })
  const parsed = answer.is === 'data' ? countAnswer.safeParse(answer.body).data : undefined
  return parsed?._links?.next === undefined ? parsed?.num_records : undefined
}

export const countList = countOf

/** A whole list that is known to be short. */
export async function readAllOf<Schema extends z.ZodType>(
  reading: Reading,
  wanted: Wanted<Schema>,
): Promise<z.output<Schema>[]> {
  const all: z.output<Schema>[] = []
  for await (const rows of readList(reading, wanted)) all.push(...rows)
  return all
}
