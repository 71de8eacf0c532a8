import type { JobQueue } from '#features/context.ts'
import { discoverySource } from '#features/sync/source-registry.ts'
import type { Actor } from '#model/actor.ts'

type NewJob = Parameters<JobQueue['submit']>[0]

/** The job that reads these sources. */
export const syncJob = (names: readonly string[], actor: Actor): NewJob => ({
  action: 'sync',
  name: names.length === 1 ? `Read ${names[0]}` : `Read ${names.length} sources`,
  parameters: { sources: [...names] },
  rows: names.map((name) => ({ key: name, input: { source: name } })),
  actor,
  originalCommand: `rollcall sync ${names.join(' ')}`,
})

/** The job that looks who is alive in these ranges. */
export const discoverJob = (ranges: readonly string[], actor: Actor): NewJob => ({
  action: 'discover',
  name: ranges.length === 1 ? `Discover ${ranges[0]}` : `Discover ${ranges.length} ranges`,
  parameters: { ranges: [...ranges] },
  rows: [{ key: discoverySource, input: {} }],
  actor,
  originalCommand: `rollcall discover ${ranges.join(' ')}`,
})
