import type { Context } from '#features/context.ts'
import { type Check, ok, problem, warning } from '#features/system/check.ts'
import { neglectedNotices } from '#features/system/notice-queries.ts'
import { shift } from '#kernel/clock.ts'

const day = 86_400_000
/** What is tried for so long without success is worth a word. */
const patience = 600_000

/** Whether people are told what they should be. */
export async function checkNotices({ db, clock }: Pick<Context, 'db' | 'clock'>): Promise<Check[]> {
  const now = clock.now()
  const neglected = await neglectedNotices(db, { since: shift(now, -7 * day), before: shift(now, -patience) })
  if (neglected.length === 0) return [ok('notices', 'people were told everything')]
  return neglected.map(({ channel, givenUp, waiting }) =>
    givenUp > 0
      ? problem(
          'notices',
          `${givenUp} notices of the last seven days were given up over the channel ${channel}`,
          `Try it: rollcall channel test "${channel}"; then rollcall notice list --state given_up, and notice retry`,
        )
      : warning(
          'notices',
          `${waiting} notices wait because the channel ${channel} fails`,
          `Try it: rollcall channel test "${channel}"`,
        ),
  )
}
