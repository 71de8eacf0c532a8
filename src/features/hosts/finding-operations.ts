import { z } from 'zod'
import { countFindings, findFinding, listFindings, resolveFindings } from '#features/hosts/finding-queries.ts'
import { Finding, findingKinds } from '#features/hosts/host-shapes.ts'
import { settleMany } from '#features/hosts/settle-many.ts'
import { tellResolved } from '#features/hosts/tell-findings.ts'
import { operation } from '#features/operation.ts'
import type { AnyOperation } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { AppError } from '#kernel/errors.ts'

/** How many findings may be named at once. */
const settledAtMost = 10_000

/** What a person should look at: new devices and MACs, claims that contradict each other. */
export const findingOperations: readonly AnyOperation[] = [
  operation({
    name: 'finding.list',
    summary: 'List what a person should look at, newest first.',
    http: 'GET /findings',
    effect: 'read',
    permission: 'inventory.read',
    paged: true,
    input: z.object({
      ...pageInput,
      kind: z.enum(findingKinds).exactOptional(),
      resolved: z.boolean().exactOptional().describe('Only open ones (false) or only closed ones (true).'),
    }),
    output: pageOf(Finding),
    cli: { columns: ['id', 'kind', 'subject', 'device.name', 'createdAt', 'resolvedAt'] },
    async run({ db, engine, actor }, { limit, cursor, ...filter }) {
      const before = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.number()]))[0]
      const [findings, total] = await Promise.all([
        listFindings(db, engine, actor, filter, { before, limit: limit + 1 }),
        before === undefined ? countFindings(db, engine, actor, filter) : undefined,
      ])
      const page = toPage(findings, limit, (finding) => [finding.id])
      return { ...page, ...(total === undefined ? {} : { total }) }
    },
  }),
  operation({
    name: 'finding.resolve',
    summary: 'Say that a finding has been looked at.',
    http: 'POST /findings/:id/resolve',
    effect: 'change',
    permission: 'hosts.review',
    input: z.object({ id: z.number().int().positive() }),
    output: Finding,
    cli: { arguments: ['id'] },
    async run({ db, engine, actor, clock, events }, { id }) {
      await findFinding(db, engine, actor, id)
      const now = clock.now()
      const resolved = await resolveFindings(db, engine, [id], now, actor.name)
      tellResolved({ events }, now, resolved)
      return findFinding(db, engine, actor, id)
    },
  }),
  operation({
    name: 'finding.settle',
    summary: 'Say that many findings have been looked at: those of a kind, or those named.',
    http: 'POST /findings/resolve',
    effect: 'change',
    permission: 'hosts.review',
    input: z.object({
      ids: z.array(z.number().int().positive()).min(1).max(settledAtMost).exactOptional(),
      kind: z.enum(findingKinds).exactOptional(),
      upTo: z
        .number()
        .int()
        .positive()
        .exactOptional()
        .describe('Leaves out what was found after this one, which nobody has looked at.'),
    }),
    output: z.object({ changed: z.number().int().describe('How many were open until now.') }),
    async run(call, filter) {
      if (filter.ids === undefined && filter.kind === undefined)
        throw new AppError('INPUT_INVALID', 'Findings are settled by their ids or by their kind', {
          complaints: [{ path: 'kind', expected: `ids, or one of ${findingKinds.join(', ')}` }],
        })
      return { changed: await settleMany(call, filter) }
    },
  }),
]
