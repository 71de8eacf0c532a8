import { z } from 'zod'
import type { AnyOperation } from '#features/operation.ts'
import { operation } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { decideRun } from '#features/sync/decide-run.ts'
import { completeRunBefore, findRun, listRuns } from '#features/sync/run-queries.ts'
import { Run, runStatuses } from '#features/sync/run-shapes.ts'
import { listWaiting, WaitingRecord } from '#features/sync/waiting-queries.ts'
import { AppError } from '#kernel/errors.ts'
import { RunId } from '#model/ids.ts'

/** What people can ask about runs, and decide about them. */
export const runOperations: readonly AnyOperation[] = [
  operation({
    name: 'run.list',
    summary: 'List the readings of sources, newest first.',
    http: 'GET /runs',
    effect: 'read',
    permission: 'sources.read',
    paged: true,
    input: z.object({
      ...pageInput,
      source: z.string().exactOptional().describe('Only of the source with this name.'),
      status: z.enum(runStatuses).exactOptional().describe('Only those that ended, or run, like this.'),
    }),
    output: pageOf(Run),
    cli: {
      columns: ['id', 'source', 'status', 'startedAt', 'added', 'updated', 'removed', 'unchanged', 'reason'],
    },
    async run({ db }, { limit, cursor, ...filter }) {
      const before = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.number()]))[0]
      return toPage(await listRuns(db, filter, { before, limit: limit + 1 }), limit, (run) => [run.id])
    },
  }),
  operation({
    name: 'run.show',
    summary: 'Show one reading of a source.',
    http: 'GET /runs/:id',
    effect: 'read',
    permission: 'sources.read',
    input: z.object({ id: RunId }),
    output: Run,
    cli: { arguments: ['id'] },
    run: ({ db }, { id }) => findRun(db, id),
  }),
  operation({
    name: 'run.missing',
    summary: 'List what a reading did not find and a person should decide about.',
    http: 'GET /runs/:id/missing',
    effect: 'read',
    permission: 'sources.read',
    paged: true,
    input: z.object({ id: RunId, ...pageInput }),
    output: pageOf(WaitingRecord),
    cli: { arguments: ['id'], columns: ['id', 'kind', 'name', 'sourceId', 'lastSeen', 'device.name'] },
    async run({ db, actor }, { id, limit, cursor }) {
      const after = cursor === undefined ? 0 : decodeCursor(cursor, z.tuple([z.number()]))[0]
      const { system, source: name } = await findRun(db, id)
      const completeBefore = await completeRunBefore(db, { system, name }, id)
      const run = { id, source: { system, name }, completeBefore }
      return toPage(await listWaiting(db, actor, run, { after, limit: limit + 1 }), limit, (record) => [
        record.id,
      ])
    },
  }),
  operation({
    name: 'run.decide',
    summary:
      'Decide whether what a reading did not find is gone, where so much is absent that a person should say.',
    http: 'POST /runs/:id/decide',
    effect: 'change',
    permission: 'sync.run',
    input: z.object({
      id: RunId,
      decision: z
        .enum(['approve', 'reject'])
        .describe('approve: it is gone; reject: keep it, and ask again if the next reading lacks it, too.'),
    }),
    output: Run,
    cli: { arguments: ['id', 'decision'] },
    async run(call, { id, decision }) {
      if (call.actor.tags !== undefined)
        throw new AppError('FORBIDDEN', 'Whoever is limited to some tags cannot decide about a whole source')
      return decideRun(call, id, decision === 'approve' ? 'approved' : 'rejected')
    },
  }),
]
