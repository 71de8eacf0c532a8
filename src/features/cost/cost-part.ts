import { costServers, forgetDays } from '#features/cost/cost-queries.ts'
import { daysOf } from '#features/cost/day-costs.ts'
import { addDays } from '#features/cost/local-days.ts'
import { listTariffs } from '#features/cost/tariff-queries.ts'
import type { Watch, WatchPart } from '#features/monitoring/watch.ts'
import { systemActor } from '#model/actor.ts'

/** What comes later than this tells of a day that may be worked out already; milliseconds. */
const late = 1_800_000
/** Between two looks for days that are over; so many servers are looked at in one turn. */
const pause = 5_000
const inOneTurn = 25

/** Works out days that are over beside the watch, so that questions find them, and again when something is told late. */
export function costPart(): WatchPart {
  let watch: Watch | undefined
  let ended = new AbortController()
  let under: Promise<void> | undefined
  let after: string | undefined
  let lookedAt = Number.NEGATIVE_INFINITY
  const told = new Map<string, number>()

  return {
    name: 'cost',
    async start(given) {
      watch = given
      ended = new AbortController()
      told.clear()
    },
    hear(entries) {
      for (const { subject, at, received } of entries)
        if (received - at > late) told.set(subject, Math.min(at, told.get(subject) ?? at))
    },
    async tick() {
      if (watch === undefined || under !== undefined) return
      const { context } = watch
      if (context.clock.monotonic() - lookedAt < pause) return
      lookedAt = context.clock.monotonic()
      under = work(watch)
        .catch((err: unknown) => {
          if (!ended.signal.aborted) context.log.error({ err }, 'what servers cost could not be worked out')
        })
        .finally(() => {
          under = undefined
        })
    },
    async stop() {
      ended.abort()
      await under
      watch = undefined
    },
  }

  async function work({ context, lease }: Watch): Promise<void> {
    if (told.size > 0) {
      const those = new Map(told)
      told.clear()
      await lease.mine((transaction) => forgetDays(transaction, those))
    }
    const servers = await costServers(context.db, context.engine, systemActor('cost'), {
      after,
      limit: inOneTurn,
    })
    after = servers.length < inOneTurn ? undefined : servers.at(-1)!.id
    const today = context.clock.now().slice(0, 10)
    const days = { from: addDays(today, -2), to: addDays(today, -1) }
    await daysOf(context, await listTariffs(context.db), servers, days, ended.signal, 2 * inOneTurn)
  }
}
