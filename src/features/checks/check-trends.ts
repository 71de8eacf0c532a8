import { z } from 'zod'
import { visibleCheckIds } from '#features/checks/check-queries.ts'
import type { SeriesAnswer } from '#features/context.ts'
import { readTimeText, TimeText } from '#features/inventory/time-input.ts'
import { operation, type Call } from '#features/operation.ts'
import { toMilliseconds, toTimestamp } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { mapBounded } from '#kernel/map-bounded.ts'

const Trend = z.object({
  id: z.number().int(),
  times: z.array(z.string()),
  stepSeconds: z.number(),
  latencyMs: z.array(z.number().nullable()).describe('The mean of each step.'),
  worstMs: z.array(z.number().nullable()).describe('The slowest of each step.'),
  up: z.array(z.number().nullable()).describe('The share of runs that went well: 0 to 1.'),
  uptimePercent: z
    .number()
    .nullable()
    .describe('Runs that went well in that time; null where there were none.'),
  certificateDays: z.number().nullable(),
})

/** So many checks are read at a time. */
const atOnce = 8

/** How checks did over a time, several at once. */
export const checkTrends = operation({
  name: 'check.trends',
  summary: 'Show how fast checks were answered over a time, and how often they went well.',
  http: 'GET /checks/trends',
  effect: 'read',
  permission: 'monitoring.read',
  input: z.object({
    ids: z.array(z.number().int().positive()).min(1).max(200).describe('Ids of checks.'),
    from: TimeText.default('24h').describe('Where it begins: a time, or how long ago, such as 24h.'),
    to: TimeText.exactOptional().describe('Where it ends; now when left out.'),
    points: z.number().int().min(1).max(2_000).default(48).describe('About how many points at most.'),
  }),
  output: z.object({ items: z.array(Trend) }),
  cli: { arguments: ['ids'], columns: ['id', 'uptimePercent', 'certificateDays'] },
  async run(call, { ids, from, to, points }, signal) {
    const now = call.clock.now()
    const range = {
      from: toMilliseconds(readTimeText('from', from, now)),
      to: to === undefined ? toMilliseconds(now) + 1 : toMilliseconds(readTimeText('to', to, now)),
    }
    if (range.from >= range.to)
      throw new AppError('INPUT_INVALID', 'The time ends before it begins', {
        complaints: [{ path: 'from', value: from, expected: `a time before ${to ?? 'now'}` }],
      })
    const seen = await visibleCheckIds(call, ids)
    const latest = await call.metrics.latest(seen.map(subjectOf))
    const items = await mapBounded(seen, atOnce, (id) => trendOf(call, id, { ...range, points }, signal))
    return {
      items: items.map((item) => ({
        ...item,
        certificateDays: latest.get(subjectOf(item.id))?.values['certificate_days'] ?? null,
      })),
    }
  },
})

const subjectOf = (id: number): string => `check:${id}`

async function trendOf(
  { metrics }: Call,
  id: number,
  range: { from: number; to: number; points: number },
  signal: AbortSignal,
) {
  const wanted = ['latency_ms', 'up']
  const answer = await metrics.read({ subject: subjectOf(id), ...range, metrics: wanted }, signal)
  return {
    id,
    times: answer.times.map(toTimestamp),
    stepSeconds: answer.step / 1_000,
    latencyMs: columnOf(answer, 'latency_ms', 'avg'),
    worstMs: columnOf(answer, 'latency_ms', 'max'),
    up: columnOf(answer, 'up', 'avg'),
    uptimePercent: meanPercent(columnOf(answer, 'up', 'avg')),
  }
}

const columnOf = ({ series, times }: SeriesAnswer, metric: string, which: 'avg' | 'max') =>
  series[metric]?.[which] ?? times.map(() => null)

function meanPercent(shares: readonly (number | null)[]): number | null {
  const told = shares.filter((share) => share !== null)
  return told.length === 0 ? null : (100 * told.reduce((sum, share) => sum + share, 0)) / told.length
}
