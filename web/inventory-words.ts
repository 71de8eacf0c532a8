import type { Host } from '#features/hosts/host-shapes.ts'
import type { Run } from '#features/sync/run-shapes.ts'

// The server has these lists too, beside its schemas, which are too heavy for a page.
export const hostStatuses = ['pending', 'approved', 'rejected', 'pushed'] as const satisfies Host['status'][]
export const hostTypes = [
  'server',
  'workstation',
  'iot',
  'network',
  'unknown',
] as const satisfies Host['hostType'][]
export const runStatuses = [
  'running',
  'complete',
  'partial',
  'failed',
  'cancelled',
] as const satisfies Run['status'][]
