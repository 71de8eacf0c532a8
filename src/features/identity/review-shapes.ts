import { z } from 'zod'
import { Comparison, RecordSide } from '#features/identity/record-sides.ts'
import { reviewKinds } from '#features/identity/review-queries.ts'
import { Timestamp } from '#features/inventory/device-shapes.ts'

/** Two records of which rules cannot say whether they are one machine. */
export const Review = z.object({
  id: z.number().int(),
  kind: z.enum(reviewKinds),
  score: z.number().describe('0 to 1: how much speaks for one machine.'),
  left: RecordSide,
  right: RecordSide,
  compared: z.array(Comparison),
  words: z.array(z.string()).describe('What the rules weighed, in words.'),
  evidence: z.json().describe('The same as it is kept.'),
  runId: z.number().int().nullable(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  resolvedAt: Timestamp.nullable(),
  resolvedBy: z.string().nullable(),
  resolution: z
    .string()
    .nullable()
    .describe('merged, apart, split, or settled when the rules could decide after all.'),
})
export type Review = z.infer<typeof Review>

export const reviewDecisions = ['merge', 'apart', 'split'] as const

/** What became of one review of many. */
export const ReviewOutcome = z.object({
  id: z.number().int(),
  done: z.boolean(),
  deviceId: z.number().int().nullable().describe('The device that stayed, or that was split off.'),
  mergeId: z.number().int().nullable().describe('The merge, to undo it.'),
  code: z.string().nullable().describe('Why it was not done.'),
  message: z.string().nullable(),
})
export type ReviewOutcome = z.infer<typeof ReviewOutcome>

/** What a person said of two records. */
export const DecisionShape = z.object({
  id: z.number().int(),
  act: z.number().int().describe('What was decided in one go has one number, and is taken back together.'),
  kind: z.enum(['same', 'apart']),
  left: RecordSide,
  right: RecordSide,
  reason: z.string().nullable(),
  decidedBy: z.string(),
  decidedAt: Timestamp,
  undoneAt: Timestamp.nullable(),
  undoneBy: z.string().nullable(),
})
export type DecisionShape = z.infer<typeof DecisionShape>
