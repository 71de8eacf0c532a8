import { z } from 'zod'
import { operation } from '#features/operation.ts'
import type { AnyOperation } from '#features/operation.ts'
import { errorRegistry } from '#kernel/error-registry.ts'

const ErrorEntry = z.object({
  code: z.string(),
  title: z.string(),
  remedy: z.string().describe('What a person does about it.'),
  canRetry: z.boolean().describe('Whether the same may be tried again once that is done.'),
})

/** What the codes of errors mean. */
export const errorOperations: readonly AnyOperation[] = [
  operation({
    name: 'error.list',
    summary: 'List every error code with what helps against it.',
    http: 'GET /errors',
    effect: 'read',
    permission: 'session',
    input: z.object({}),
    output: z.object({ items: z.array(ErrorEntry) }),
    cli: {
      show: ({ items }: { items: z.infer<typeof ErrorEntry>[] }) =>
        items.map(({ code, remedy }) => `${code.padEnd(23)}  ${remedy}`).join('\n'),
    },
    async run() {
      return { items: Object.entries(errorRegistry).map(([code, help]) => ({ code, ...help })) }
    },
  }),
]
