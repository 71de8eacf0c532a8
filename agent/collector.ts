import type { Clock } from '#agent/clock.ts'
import type { Reading } from '#agent/reading.ts'
import type { RunCommand } from '#agent/run-command.ts'
import type { SystemFiles } from '#agent/system-files.ts'

/** What collectors measure with. */
export interface Tools {
  files: SystemFiles
  run: RunCommand
  clock: Clock
}

/** What one collector adds to a reading. */
export type Piece = Partial<Reading>

/** Measures one part of the machine. It may keep what it needs between two looks. */
export interface Collector {
  name: string
  /** Milliseconds after which the reading goes on without it. */
  timeout: number
  collect(signal: AbortSignal): Promise<Piece>
}

/**
 * Asks all collectors at once. One that fails or hangs costs its own part only; while it hangs it is not asked again,
 * so that what hangs does not heap up.
 */
export function createGather(
  collectors: readonly Collector[],
  clock: Clock,
): (signal: AbortSignal) => Promise<Reading> {
  const hanging = new Map<string, number>()
  async function ask({ name, timeout, collect }: Collector, signal: AbortSignal): Promise<Piece> {
    const since = hanging.get(name)
    if (since !== undefined) {
      const seconds = Math.round((clock.monotonic() - since) / 1000)
      return { warnings: [`${name}: no answer for ${seconds} s`] }
    }
    hanging.set(name, clock.monotonic())
    const over = new AbortController()
    const work = collect(AbortSignal.any([signal, over.signal]))
      .catch((error: unknown): Piece => ({ warnings: [`${name}: ${reasonOf(error)}`] }))
      .finally(() => hanging.delete(name))
    const late = clock
      .sleep(timeout, over.signal)
      .then((): Piece => ({ warnings: [`${name}: no answer in ${timeout / 1000} s`] }))
    const first = await Promise.race([work, late])
    over.abort(new Error('it took too long'))
    return first
  }
  return async (signal) => {
    const pieces = await Promise.all(collectors.map((each) => ask(each, signal)))
    return pieces.reduce<Reading>(joined, { metrics: {}, warnings: [] })
  }
}

function joined(whole: Reading, piece: Piece): Reading {
  return {
    ...whole,
    ...piece,
    metrics: { ...whole.metrics, ...piece.metrics },
    warnings: [...whole.warnings, ...(piece.warnings ?? [])],
  }
}

/** The sentence of an error, without the stack. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
