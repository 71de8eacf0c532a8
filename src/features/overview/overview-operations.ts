import { z } from 'zod'
import { countOpenFindings } from '#features/hosts/finding-queries.ts'
import { countByStatus } from '#features/hosts/host-queries.ts'
import { listChanges } from '#features/inventory/change-queries.ts'
import { operation } from '#features/operation.ts'
import type { AnyOperation } from '#features/operation.ts'
import { listAttention } from '#features/overview/list-attention.ts'
import { countDevices } from '#features/overview/device-counts.ts'
import { Overview } from '#features/overview/overview-shapes.ts'
import { listRuns } from '#features/sync/run-queries.ts'
import { sourceAnswers } from '#features/sync/source-answers.ts'
import { listSources } from '#features/sync/source-registry.ts'

/** How many runs and changes are shown. */
const newest = 10

export const overviewOperations: readonly AnyOperation[] = [
  operation({
    name: 'overview.show',
    summary: 'Show the whole inventory at one look: counts, sources, what is new and what needs attention.',
    http: 'GET /overview',
    effect: 'read',
    permission: 'inventory.read',
    input: z.object({}),
    output: Overview,
    async run(call, _input, signal) {
      const { db, actor } = call
      const maySeeSources = actor.permissions.has('sources.read')
      const [devices, hosts, findings, changes, sources, runs] = await Promise.all([
        countDevices(db, actor),
        countByStatus(db, actor),
        countOpenFindings(db, call.engine, actor),
        listChanges(db, actor, {}, { limit: newest }, signal),
        maySeeSources ? listSources(call).then((all) => sourceAnswers(call, all)) : [],
        maySeeSources ? listRuns(db, {}, { limit: newest }) : [],
      ])
      const attention = await listAttention(call, hosts.pending, findings, sources)
      return { devices, hosts, sources, runs, changes, findings, attention }
    },
  }),
]
