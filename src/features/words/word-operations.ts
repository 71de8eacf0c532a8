import { z } from 'zod'
import { propose } from '#features/words/propose.ts'
import { Understanding } from '#features/words/word-shapes.ts'
import type { AnyJobAction } from '#features/jobs/action.ts'
import { operation, type AnyOperation } from '#features/operation.ts'

/** From words to a job: what could be previewed. `actions` are those of this installation. */
export const wordOperations = (actions: ReadonlyMap<string, AnyJobAction>): readonly AnyOperation[] => [
  operation({
    name: 'job.propose',
    summary: 'Tell what some words would do, as the input of job.preview; nothing is done.',
    http: 'POST /jobs/propose',
    effect: 'read',
    permission: 'jobs.submit',
    preview: true,
    input: z.object({
      text: z.string().trim().min(1).max(4_000).describe('Such as `tag web-tier on type:vm cluster:prod*`.'),
    }),
    output: Understanding,
    cli: { arguments: ['text'], show: understandingText },
    run: (call, { text }, signal) => propose(call, actions, text, signal),
  }),
]

function understandingText({ understood, sentence, query, questions }: Understanding): string {
  if (understood) return query ? `${sentence}\nQuery: ${query}` : sentence
  return questions
    .flatMap(({ text, choices }) => [
      text,
      ...choices.map((choice) => `  rollcall do '${choice.replaceAll("'", `'\\''`)}'`),
    ])
    .join('\n')
}
