import { readTimeText } from '#features/inventory/time-input.ts'
import type { Clock } from '#kernel/clock.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'

/** A time span as people give it, in milliseconds since 1970; `to` is no longer part of it. */
export function readRange(
  { clock }: { clock: Clock },
  from: string,
  to: string | undefined,
): { from: number; to: number } {
  const now = clock.now()
  const begin = toMilliseconds(readTimeText('from', from, now))
  // What was measured in this very millisecond belongs to it.
  const end = to === undefined ? toMilliseconds(now) + 1 : toMilliseconds(readTimeText('to', to, now))
  if (begin < end) return { from: begin, to: end }
  throw new AppError('INPUT_INVALID', 'The time ends before it begins', {
    complaints: [{ path: 'from', value: from, expected: `a time before ${to ?? 'now'}` }],
  })
}
