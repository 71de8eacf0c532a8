import { z } from 'zod'
import { RowsFrom } from '#features/jobs/job-shapes.ts'

/** Something to be decided by who asked, before there is anything to propose. */
export const Question = z.object({
  text: z.string(),
  choices: z.array(z.string()).describe('Texts to propose instead.'),
})
export type Question = z.infer<typeof Question>

/** What could be previewed: the input of job.preview. */
export const Proposal = z.object({
  action: z.string(),
  parameters: z.record(z.string(), z.json()),
  rowsFrom: RowsFrom.nullable().describe('Null for an action without rows of its own.'),
})
export type Proposal = z.infer<typeof Proposal>

/** What was made of some words. Nothing is done by it. */
export const Understanding = z.object({
  sentence: z
    .string()
    .describe('What would be done, made of the proposal and not of the words; empty without one.'),
  understood: z.boolean(),
  by: z.enum(['grammar', 'model']).nullable(),
  proposal: Proposal.nullable(),
  questions: z.array(Question),
  query: z.string().nullable().describe('Which devices or hosts, in the query language.'),
})
export type Understanding = z.infer<typeof Understanding>
