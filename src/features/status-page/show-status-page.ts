import { z } from 'zod'
import type { Context } from '#features/context.ts'
import { groupStates, worstOf } from '#features/status-page/group-state.ts'
import { readGroup, readIncidents, readUptime } from '#features/status-page/show-groups.ts'
import { readMaintenance } from '#features/status-page/show-maintenance.ts'

/** All that the world is told. Whatever is added here is seen by everybody. */
export const StatusPage = z.strictObject({
  title: z.string(),
  state: z.enum(groupStates).describe('The worst of its groups.'),
  at: z.string().describe('When it was so.'),
  groups: z.array(
    z.strictObject({
      name: z.string(),
      state: z.enum(groupStates),
      uptime: z
        .strictObject({
          percent: z.number().nullable().describe('Up in percent of what is known of 90 days.'),
          days: z.array(z.strictObject({ day: z.string(), percent: z.number().nullable() })),
        })
        .nullable(),
    }),
  ),
  incidents: z.array(
    z.strictObject({
      group: z.string(),
      since: z.string(),
      updates: z
        .array(z.strictObject({ at: z.string(), text: z.string() }))
        .describe('What people wrote for the world, the newest first.'),
    }),
  ),
  maintenance: z.array(z.strictObject({ group: z.string(), from: z.string(), to: z.string() })),
})
export type StatusPage = z.output<typeof StatusPage>

/** So long an answer is good for, in milliseconds: however many ask, the database is asked once. */
const fresh = 15_000

interface Kept {
  until: number
  settings: unknown
  page: Promise<StatusPage>
}

/** Shows the page, worked out once for all who ask within 15 seconds. */
export function createShowStatusPage(): (context: Context) => Promise<StatusPage> {
  // Each call has a context of its own; the clock is that of the process.
  const kept = new WeakMap<object, Kept>()
  return (context) => {
    const settings = context.config.monitoring.statusPage
    const now = context.clock.monotonic()
    const before = kept.get(context.clock)
    if (before !== undefined && now < before.until && before.settings === settings) return before.page
    const page = workOut(context)
    kept.set(context.clock, { until: now + fresh, settings, page })
    page.catch(() => kept.delete(context.clock))
    return page
  }
}

async function workOut(context: Context): Promise<StatusPage> {
  const { title, groups: wanted, showUptime } = context.config.monitoring.statusPage
  const groups = await Promise.all(wanted.map((group) => readGroup(context, group)))
  const uptimes = showUptime ? await Promise.all(groups.map((group) => readUptime(context, group))) : []
  const incidents = (await Promise.all(groups.map((group) => readIncidents(context, group)))).flat()
  return {
    title,
    state: worstOf(groups.map(({ state }) => state)),
    at: context.clock.now(),
    groups: groups.map(({ name, state }, index) => ({ name, state, uptime: uptimes[index] ?? null })),
    incidents: incidents.toSorted((one, other) => (one.since > other.since ? -1 : 1)),
    maintenance: await readMaintenance(context, groups),
  }
}
