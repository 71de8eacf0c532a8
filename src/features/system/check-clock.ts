import type { Context } from '#features/context.ts'
import { type Check, ok, problem, warning } from '#features/system/check.ts'
import { newestTime, serverTime } from '#features/system/clock-queries.ts'
import { timeText } from '#features/system/size-text.ts'
import { toMilliseconds } from '#kernel/clock.ts'

const name = 'clock'
const remedy = 'Set the clock by NTP: timedatectl set-ntp true'

/** No release is older than this, so no right clock shows an earlier time. */
const earliest = '2026-01-01T00:00:00.000Z'

/** How far our clock and the database's may differ, in milliseconds. */
const tolerated = 5_000
const tooMuch = 60_000

/** Whether this machine's time can be right: it decides what is alive, stale and due. */
export async function checkClock({
  db,
  engine,
  clock,
}: Pick<Context, 'db' | 'engine' | 'clock'>): Promise<Check[]> {
  const now = clock.now()
  if (now < earliest) return [problem(name, `This machine's clock shows ${now}`, remedy)]
  if (engine === 'postgres') {
    const ahead = toMilliseconds(await serverTime(db)) - toMilliseconds(now)
    const off = Math.abs(ahead)
    if (off > tolerated) {
      const words = `This machine's clock is ${timeText(off)} ${ahead > 0 ? 'behind' : 'ahead of'} that of the database`
      return [off > tooMuch ? problem(name, words, remedy) : warning(name, words, remedy)]
    }
  }
  const newest = await newestTime(db)
  const early = newest === undefined ? 0 : toMilliseconds(newest) - toMilliseconds(now)
  if (early > tooMuch)
    return [
      warning(
        name,
        `The database tells of things that happen ${timeText(early)} from now: a clock was wrong, then or now`,
        remedy,
      ),
    ]
  return [ok(name, now)]
}
