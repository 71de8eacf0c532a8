import type { ReportedPrefix, ReportedRecord } from '#model/record.ts'
import { toSightings } from '#sources/lease-sightings.ts'
import type { Lease } from '#sources/lease-table.ts'
import type { Page, SourceTest, SourceTools, Verdict } from '#sources/source.ts'

/** What one attempt at reading all leases gave. */
export interface LeaseReading {
  leases: readonly Lease[]
  /** Sentences for the person who reads the run. */
  warnings: string[]
  /** Why this may not be all there was; undefined when it is. */
  incomplete?: string | undefined
  /** The subnets that the server hands addresses out of, where it tells them. */
  prefixes?: readonly ReportedPrefix[] | undefined
  mayLackPrefixes?: boolean | undefined
}

const attempts = 3
const pauseMilliseconds = 150
const pageSize = 1000

/** Reads again, after a pause, what was changing under the reading; the last attempt is told so and stands as it is. */
export async function readSteadily<T extends { incomplete?: string | undefined }>(
  tools: Pick<SourceTools, 'clock'>,
  attempt: (isLast: boolean) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted()
  for (let tries = 1; ; tries += 1) {
    const reading = await attempt(tries === attempts)
    if (reading.incomplete === undefined || tries === attempts) return reading
    await tools.clock.sleep(pauseMilliseconds, signal)
    signal.throwIfAborted()
  }
}

/** Everything a lease reading has to say, as a source says it. */
export async function* pagesOfLeases(
  tools: Pick<SourceTools, 'clock'>,
  reading: LeaseReading,
  signal: AbortSignal,
): AsyncGenerator<Page, Verdict> {
  const sightings: ReportedRecord[] = toSightings(reading.leases, tools.clock.now())
  const total = sightings.length
  const { warnings, prefixes = [], mayLackPrefixes } = reading
  const atFirst = {
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(prefixes.length > 0 ? { prefixes: [...prefixes] } : {}),
  }
  for (let start = 0; start < total || start === 0; start += pageSize) {
    signal.throwIfAborted()
    const records = sightings.slice(start, start + pageSize)
    yield { records, total, ...(start === 0 ? atFirst : {}) }
  }
  return reading.incomplete === undefined
    ? { complete: true, ...(mayLackPrefixes === true ? { mayLackPrefixes } : {}) }
    : { complete: false, reason: reading.incomplete }
}

/** A connection test reads no more of a lease file than this. */
export const testBytes = 4 * 1024 * 1024

/** The answer of a connection test of a lease file. */
export const leaseFileTest = (path: string, { leases, warnings, incomplete }: LeaseReading): SourceTest => ({
  message: `${path} is a lease file with ${leases.length} leases in force`,
  warnings: incomplete === undefined ? warnings : [incomplete, ...warnings],
})

const mostWarnings = 20

/** Collects sentences, but not one for each line of a file that is wrong throughout. */
export class Warnings {
  readonly #sentences: string[] = []
  #more = 0

  add(sentence: string): void {
    if (this.#sentences.length < mostWarnings) this.#sentences.push(sentence)
    else this.#more += 1
  }

  list(): string[] {
    return this.#more === 0 ? this.#sentences : [...this.#sentences, `and ${this.#more} more of this kind`]
  }
}
