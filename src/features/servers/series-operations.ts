import { z } from 'zod'
import type { SeriesAnswer } from '#features/context.ts'
import { Timestamp } from '#features/inventory/device-shapes.ts'
import { TimeText } from '#features/inventory/time-input.ts'
import { operation } from '#features/operation.ts'
import type { Call } from '#features/operation.ts'
import { ServerQuery } from '#features/servers/list-servers.ts'
import { readRange } from '#features/servers/metric-range.ts'
import { readFleet } from '#features/servers/read-fleet.ts'
import { findServer } from '#features/servers/server-queries.ts'
import { toTimestamp } from '#kernel/clock.ts'
import { coreMetrics } from '#model/sample.ts'

const Metric = z.string().min(1).max(1_000)
const Column = z.array(z.number().nullable())

export const rangeInput = {
  from: TimeText.default('24h').describe('Where it begins: a time, or how long ago, such as 24h.'),
  to: TimeText.exactOptional().describe('Where it ends; now when left out.'),
}
const points = z.number().int().min(1).max(10_000).default(500).describe('About how many points at most.')

const frame = {
  from: Timestamp,
  to: Timestamp,
  tier: z.enum(['raw', 'hour', 'day']).describe('The finest that it rests on.'),
  stepSeconds: z.number(),
}

/** What servers measured, as columns over time. */
export const seriesOperations = [
  operation({
    name: 'server.metrics',
    summary: 'Show what a server measured over a time, as columns.',
    http: 'GET /servers/:id/metrics',
    effect: 'read',
    permission: 'monitoring.read',
    input: z.object({
      id: z.string().min(1).max(100),
      ...rangeInput,
      metrics: z
        .array(Metric)
        .min(1)
        .max(100)
        .default(['cpu_percent', 'memory_percent', 'disk_percent'])
        .describe('Names of metrics or series, as server.series lists them.'),
      points,
    }),
    output: z.object({
      ...frame,
      times: z.array(Timestamp).describe('Where each step begins.'),
      series: z.record(z.string(), z.object({ avg: Column, min: Column, max: Column })),
    }),
    cli: { arguments: ['id'] },
    async run(call, { id, from, to, metrics, points: wanted }, signal) {
      await findServer(call, id)
      const range = readRange(call, from, to)
      const answer = await call.metrics.read({ subject: id, ...range, metrics, points: wanted }, signal)
      return { ...frameOf(range, answer), times: answer.times.map(toTimestamp), series: answer.series }
    },
  }),
  operation({
    name: 'server.series',
    summary: 'List the names of everything that a server measures, with the newest values.',
    http: 'GET /servers/:id/series',
    effect: 'read',
    permission: 'monitoring.read',
    input: z.object({ id: z.string().min(1).max(100) }),
    output: z.object({
      at: Timestamp.nullable(),
      series: z.array(z.object({ name: z.string(), value: z.number().nullable() })),
    }),
    cli: { arguments: ['id'] },
    run: (call, { id }) => listSeries(call, id),
  }),
  operation({
    name: 'fleet.metrics',
    summary: 'Show one metric of several servers over a time, side by side.',
    http: 'GET /fleet/metrics',
    effect: 'read',
    permission: 'monitoring.read',
    input: z.object({
      metric: Metric.default('cpu_percent'),
      ids: z.array(z.string().min(1).max(100)).max(1_000).exactOptional(),
      q: ServerQuery.exactOptional(),
      ...rangeInput,
      points: z.number().int().min(1).max(2_000).default(100),
      limit: z
        .number()
        .int()
        .min(1)
        .max(1_000)
        .default(200)
        .describe('How many servers at most, by their names.'),
    }),
    output: z.object({
      ...frame,
      times: z.array(Timestamp),
      servers: z.array(
        z.object({ id: z.string(), name: z.string(), values: Column.describe('The average of each step.') }),
      ),
      total: z.number().int().describe('How many servers there are to choose from.'),
    }),
    async run(call, { from, to, ...given }, signal) {
      const range = readRange(call, from, to)
      const { answer, ...fleet } = await readFleet(call, { ...given, ...range }, signal)
      return { ...frameOf(range, answer), times: answer.times.map(toTimestamp), ...fleet }
    },
  }),
]

const frameOf = (
  { from, to }: { from: number; to: number },
  { tier, step }: Pick<SeriesAnswer, 'tier' | 'step'>,
) => ({
  from: toTimestamp(from),
  to: toTimestamp(to),
  tier,
  stepSeconds: step / 1_000,
})

async function listSeries(call: Call, id: string) {
  await findServer(call, id)
  const newest = (await call.metrics.latest([id])).get(id)
  const names = [...new Set([...coreMetrics, ...Object.keys(newest?.values ?? {}).toSorted()])]
  return {
    at: newest === undefined ? null : toTimestamp(newest.at),
    series: names.map((name) => ({ name, value: newest?.values[name] ?? null })),
  }
}
