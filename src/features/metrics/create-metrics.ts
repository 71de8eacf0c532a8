import type { Context } from '#features/context.ts'
import type { MetricsEngine } from '#features/metrics/metrics-engine.ts'

/** Metrics over an open database. */
export function createMetrics(
  _parts: Pick<Context, 'db' | 'reports' | 'engine' | 'clock' | 'config' | 'log'>,
): MetricsEngine {
  const head = { latest: () => undefined, recent: () => ({ times: [], values: [] }), subjects: () => [] }
  return {
    append: async () => {},
    latest: async () => new Map(),
    read: async () => ({ tier: 'raw', step: 60_000, times: [], series: {} }),
    begin: () => ({ head, replay: async () => {}, tick: async () => {}, end: async () => {} }),
    close: async () => {},
  }
}
