import { z } from 'zod'
import { findingKinds, hostStatuses } from '#features/hosts/host-shapes.ts'
import { Change } from '#features/inventory/device-shapes.ts'
import { Run } from '#features/sync/run-shapes.ts'
import { SourceShape } from '#features/sync/source-shapes.ts'

export const attentionKinds = [
  'alert',
  'hosts-pending',
  'new-device',
  'new-mac',
  'address-conflict',
  'identity-conflict',
  'run-waiting',
  'source-failed',
  'source-partial',
  'source-never-read',
  'source-overdue',
  'job-failed',
  'job-waiting',
] as const

/** Something that a person should look at, and where. */
export const Attention = z.object({
  kind: z.enum(attentionKinds),
  message: z.string(),
  link: z.string().nullable().describe('Page of the web interface: `/runs/12`.'),
  at: z.string().describe('Since when it is so.'),
})
export type Attention = z.infer<typeof Attention>

/** The whole installation at one look. */
export const Overview = z.object({
  devices: z.object({
    total: z.number().int().describe('Without retired ones.'),
    byType: z.record(z.string(), z.number().int()),
    byStatus: z.record(z.string(), z.number().int()),
  }),
  hosts: z.record(z.enum(hostStatuses), z.number().int()),
  sources: z.array(SourceShape).describe('Empty for whoever may not see sources.'),
  runs: z.array(Run).describe('The newest.'),
  changes: z.array(Change).describe('The newest.'),
  findings: z
    .array(
      z.object({
        kind: z.enum(findingKinds),
        count: z.number().int(),
        newestId: z.number().int().describe('What finding.settle takes as `upTo`.'),
        newestAt: z.string(),
      }),
    )
    .describe('What is open, by kind.'),
  attention: z.array(Attention).describe('The most pressing first.'),
})
export type Overview = z.infer<typeof Overview>
