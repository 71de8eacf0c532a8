import { z } from 'zod'
import { shift, type Timestamp } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { parseAge, parseDate } from '#query/read-time.ts'

/** A time as people write it. */
export const TimeText = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .describe('A time such as 2026-11-22T10:00:00Z or 2026-11-22, or how long ago, such as 7d.')

/** The time that a text names: a date is its beginning, an age counts back from now. Throws INPUT_INVALID. */
export function readTimeText(path: string, text: string, now: Timestamp): Timestamp {
  const age = parseAge(text)
  const time = age === undefined ? parseDate(text, now)?.low.value : shift(now, -age)
  if (time !== undefined) return time
  throw new AppError('INPUT_INVALID', `${path} is no time`, {
    complaints: [
      { path, value: text, expected: 'a time such as 2026-11-22T10:00:00Z, or an age such as 7d' },
    ],
  })
}
