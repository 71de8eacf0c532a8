import { z } from 'zod'
import { readForecasts } from '#features/alerts/read-forecasts.ts'
import { operation, type AnyOperation } from '#features/operation.ts'
import { assertServerVisible } from '#features/servers/visible-server-queries.ts'
import { shift } from '#kernel/clock.ts'

/** What is further away than ten years is nothing to wait for. */
const furthest = 10 * 8_766
const hour = 3_600_000

/** When file systems will be full, as the rules see it. */
export const forecastOperations: readonly AnyOperation[] = [
  operation({
    name: 'server.forecast',
    summary: 'Show when the file systems of a server will be full at the pace of the last week.',
    http: 'GET /servers/:id/forecast',
    effect: 'read',
    permission: 'monitoring.read',
    input: z.object({ id: z.string().min(1).max(100) }),
    output: z.object({
      fileSystems: z.array(
        z.object({
          mount: z.string(),
          fullAt: z
            .string()
            .nullable()
            .describe('Null where it does not fill up, not within ten years, or too little is known.'),
        }),
      ),
    }),
    cli: { arguments: ['id'] },
    async run(call, { id }, signal) {
      await assertServerVisible(call.db, call.engine, call.actor, id)
      const latest = (await call.metrics.latest([id])).get(id)
      const hours = latest && (await readForecasts(call, id, latest.values, signal))
      const now = call.clock.now()
      return {
        fileSystems: [...(hours ?? [])].map(([mount, left]) => ({
          mount,
          fullAt: left > furthest ? null : shift(now, left * hour),
        })),
      }
    },
  }),
]
