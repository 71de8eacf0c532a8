import { z } from 'zod'
import { configuredName, schedule } from '#config-schema.ts'
import { JobStarted } from '#features/jobs/job-shapes.ts'
import { operation } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { discoveryOperations } from '#features/sync/discovery-operations.ts'
import { sourceAnswer, sourceAnswers, typeAnswer } from '#features/sync/source-answers.ts'
import { hasFailedRun, runsText } from '#features/sync/runs-text.ts'
import { addSource, editSource, openUnsaved, removeSource } from '#features/sync/source-edits.ts'
import { syncJob } from '#features/sync/source-jobs.ts'
import { findSource, listSources, openRegistered } from '#features/sync/source-registry.ts'
import { SourceShape, SourceTypeShape } from '#features/sync/source-shapes.ts'
import { sourcesToRead } from '#features/sync/source-selection.ts'
import { SourceTestAnswer, testSource } from '#features/sync/source-trial.ts'
import { isFailedTrial, trialText } from '#features/sync/trial-text.ts'

const Name = z.string().min(1).describe('The name of the source.')

/** Settings hold secrets, so the whole of them is never echoed or written into the audit trail. */
const Settings = z
  .record(z.string(), z.json())
  .meta({ secret: true, expected: 'an object with the settings of its type' })

const Version = z
  .number()
  .int()
  .exactOptional()
  .describe('Refuse when the source is no longer at this version.')

const after = (cursor: string | undefined): string | undefined =>
  cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.string()]))[0]

/** What follows the name where the page before ended. */
const following = <Item>(items: readonly Item[], nameOf: (item: Item) => string, last: string | undefined) =>
  last === undefined ? [...items] : items.filter((item) => nameOf(item) > last)

/** Sources: the systems that are read. Those of the configuration file are shown beside those added here. */
export const sourceOperations = [
  operation({
    name: 'source.types',
    summary: 'List the kinds of sources and the settings each takes.',
    http: 'GET /source-types',
    effect: 'read',
    permission: 'sources.read',
    paged: true,
    input: z.object(pageInput),
    output: pageOf(SourceTypeShape),
    cli: { columns: ['type', 'title', 'summary'] },
    run: async ({ sourceTypes }, { limit, cursor }) => {
      const types = [...sourceTypes.values()].sort((left, right) => (left.type < right.type ? -1 : 1))
      const rest = following(types, ({ type }) => type, after(cursor))
      return toPage(rest.slice(0, limit + 1).map(typeAnswer), limit, ({ type }) => [type])
    },
  }),
  operation({
    name: 'source.list',
    summary: 'List the sources with what they hold and when they run.',
    http: 'GET /sources',
    effect: 'read',
    permission: 'sources.read',
    paged: true,
    input: z.object(pageInput),
    output: pageOf(SourceShape),
    cli: {
      columns: ['name', 'type', 'enabled', 'schedule', 'records', 'lastRun.status', 'lastRun.startedAt'],
    },
    run: async (call, { limit, cursor }) => {
      const sources = await listSources(call)
      const rest = following(sources, ({ name }) => name, after(cursor))
      const page = toPage(rest.slice(0, limit + 1), limit, ({ name }) => [name])
      return { ...page, items: await sourceAnswers(call, page.items), total: sources.length }
    },
  }),
  operation({
    name: 'source.show',
    summary: 'Show one source.',
    http: 'GET /sources/:name',
    effect: 'read',
    permission: 'sources.read',
    input: z.object({ name: Name }),
    output: SourceShape,
    cli: { arguments: ['name'] },
    run: async (call, { name }) => sourceAnswer(call, await findSource(call, name)),
  }),
  operation({
    name: 'source.create',
    summary: 'Add a source.',
    http: 'POST /sources',
    effect: 'change',
    permission: 'sources.change',
    input: z.object({
      name: configuredName.describe('Its name, which stays: records are known by it.'),
      type: z.string().min(1).describe('What kind of system it is; source.types lists them.'),
      settings: Settings.default({}).describe('The settings of its type; source.types describes them.'),
      schedule: schedule.nullable().optional().describe('When it is read; only when asked, if absent.'),
      enabled: z.boolean().default(true).describe('Whether it is read at all.'),
    }),
    output: SourceShape,
    cli: { arguments: ['name', 'type'] },
    run: async (call, given) =>
      sourceAnswer(call, await addSource(call, { ...given, schedule: given.schedule ?? undefined })),
  }),
  operation({
    name: 'source.update',
    summary: 'Change the settings or schedule of a source, or switch it off; what it reported stays.',
    http: 'PATCH /sources/:name',
    effect: 'change',
    permission: 'sources.change',
    input: z.object({
      name: Name,
      settings: Settings.optional().describe(
        'What is to change: null takes a setting away, "(set)" keeps a secret as it is.',
      ),
      schedule: schedule.nullable().optional().describe('When it is read; null for only when asked.'),
      enabled: z.boolean().optional().describe('Whether it is read at all.'),
      expectedVersion: Version,
    }),
    output: SourceShape,
    cli: { arguments: ['name'] },
    run: async (call, { name, ...change }) => sourceAnswer(call, await editSource(call, name, change)),
  }),
  operation({
    name: 'source.delete',
    summary:
      'Delete a source that was added here; what it reported stays, but nothing can prove it gone any more.',
    http: 'DELETE /sources/:name',
    effect: 'danger',
    permission: 'sources.change',
    input: z.object({ name: Name, expectedVersion: Version }),
    output: z.undefined(),
    cli: { arguments: ['name'] },
    async run(call, { name, expectedVersion }) {
      await removeSource(call, name, expectedVersion)
      return undefined
    },
  }),
  operation({
    name: 'source.test',
    summary: 'Try the connection and the rights of a source without reading it.',
    http: 'POST /sources/:name/test',
    effect: 'read',
    permission: 'sync.run',
    input: z.object({ name: Name }),
    output: SourceTestAnswer,
    cli: { arguments: ['name'], show: trialText, isFailure: isFailedTrial },
    async run(call, { name }, signal) {
      const source = await findSource(call, name)
      return testSource(call, () => openRegistered(call, source).source, signal)
    },
  }),
  operation({
    name: 'source.try',
    summary: 'Try the connection with settings that are not saved.',
    http: 'POST /sources/try',
    effect: 'read',
    permission: 'sources.change',
    input: z.object({
      type: z.string().min(1).describe('What kind of system it is.'),
      settings: Settings.default({}).describe('The settings of its type.'),
      name: z
        .string()
        .optional()
        .describe('The source that the settings are to change: what they do not name is taken from it.'),
    }),
    output: SourceTestAnswer,
    cli: { arguments: ['type'], show: trialText, isFailure: isFailedTrial },
    run: async (call, given, signal) => testSource(call, await openUnsaved(call, given), signal),
  }),
  operation({
    name: 'source.sync',
    summary: 'Read sources now: the named ones, or every enabled one.',
    http: 'POST /sources/sync',
    effect: 'change',
    permission: 'sync.run',
    job: true,
    input: z.object({
      names: z.array(Name).max(1000).default([]).describe('The sources to read; every enabled one if none.'),
    }),
    output: JobStarted,
    cli: { arguments: ['names'], aliases: ['sync'], show: runsText, isFailure: hasFailedRun },
    async run(call, { names }) {
      return { jobId: await call.jobs.submit(syncJob(await sourcesToRead(call, names), call.actor)) }
    },
  }),
  ...discoveryOperations,
]
