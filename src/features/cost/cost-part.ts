import { forgetDays, forgetHours } from '#features/cost/cost-day-queries.ts'
import { costServers } from '#features/cost/cost-queries.ts'
import { budgetOf, daysOf, hourDays } from '#features/cost/day-costs.ts'
import { addDays } from '#features/cost/local-days.ts'
import { listTariffs } from '#features/cost/tariff-queries.ts'
import type { Watch, WatchPart } from '#features/monitoring/watch.ts'
import { systemActor } from '#model/actor.ts'

/** What comes later than this tells of a day that may be worked out already; milliseconds. */
const late = 1_800_000
/** Between two looks for days to be worked out; so many servers are looked at in one turn, and so long. */
const pause = 5_000
const inOneTurn = 50
const patience = 400
/** What a month and its forecast are made of. */
const daysBack = 35

/**
 * Works out days beside the watch, so that questions about a large fleet find them: today's again and again, days of
 * before when a tariff or a machine changed, or something is told late.
 */
export function costPart(): WatchPart {
  let watch: Watch | undefined
  let ended = new AbortController()
  let under: Promise<void> | undefined
  let after: string | undefined
  let lookedAt = Number.NEGATIVE_INFINITY
  let tidied = ''
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
    const days = { from: addDays(today, -daysBack), to: addDays(today, 1) }
    const tariffs = await listTariffs(context.db)
    await daysOf(context, tariffs, servers, days, ended.signal, budgetOf(context, patience))
    if (tidied === today) return
    tidied = today
    await lease.mine((transaction) => forgetHours(transaction, addDays(today, -hourDays)))
  }
}
