import { z } from 'zod'
import { countFindings, findFinding, listFindings, resolveFindings } from '#features/hosts/finding-queries.ts'
import { Finding, findingKinds } from '#features/hosts/host-shapes.ts'
import { operation } from '#features/operation.ts'
import type { AnyOperation } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'

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
      if (resolved.length > 0) events.publish({ topic: 'finding.resolved', at: now, data: { id } })
      return findFinding(db, engine, actor, id)
    },
  }),
]
