import { z } from 'zod'
import { Run } from '#features/sync/run-shapes.ts'

/** A kind of source and what it needs, for forms. */
export const SourceTypeShape = z.object({
  type: z.string(),
  system: z.string(),
  title: z.string(),
  summary: z.string(),
  provesAbsence: z.boolean(),
  settings: z
    .record(z.string(), z.json())
    .describe('JSON Schema of its settings; a secret has `secret: true`.'),
})

/** A configured source. Secrets are never shown: a set one is `"(set)"`. */
export const SourceShape = z.object({
  name: z.string(),
  type: z.string(),
  title: z.string(),
  system: z.string(),
  origin: z.enum(['file', 'database']),
  readOnly: z.boolean(),
  enabled: z.boolean(),
  schedule: z.string().nullable().describe('Cron expression, five fields.'),
  nextRunAt: z.string().nullable(),
  settings: z.record(z.string(), z.json()),
  records: z.number().int().describe('Records held now.'),
  lastRun: Run.nullable(),
  version: z.number().int(),
})
export type SourceShape = z.infer<typeof SourceShape>
