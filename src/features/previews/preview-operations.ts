import { z } from 'zod'
import type { Config } from '#config.ts'
import type { AnyJobAction } from '#features/jobs/action.ts'
import { toJob } from '#features/jobs/job-list-queries.ts'
import { Job, JobActionShape, JobOptions, RowsFrom } from '#features/jobs/job-shapes.ts'
import { needStoredJob } from '#features/jobs/show-job.ts'
import { operation } from '#features/operation.ts'
import type { AnyOperation, Call } from '#features/operation.ts'
import { createPreview, prepareJobAgain } from '#features/previews/create-preview.ts'
import { lookAtUpload, UploadLook } from '#features/previews/look-at-upload.ts'
import { parseTimestamp } from '#kernel/clock.ts'
import type { JsonObject } from '#kernel/json.ts'
import { JobId } from '#model/ids.ts'

type Actions = ReadonlyMap<string, AnyJobAction>

const Instant = z
  .string()
  .refine((text) => parseTimestamp(text) !== undefined, {
    error: 'expected a time such as 2026-11-22T10:00:00Z',
  })
  .transform((text) => parseTimestamp(text)!)

const PreviewInput = z.object({
  action: z.string().min(1).describe('A name that action.list tells.'),
  parameters: z.record(z.string(), z.json()).default({}).describe('What the action takes.'),
  rowsFrom: RowsFrom.exactOptional().describe(
    'Where the rows come from; nothing for an action without rows.',
  ),
  name: z.string().trim().min(1).max(200).exactOptional(),
  description: z.string().max(2_000).exactOptional(),
  mode: z
    .enum(['confirm', 'auto'])
    .default('confirm')
    .describe('auto: it begins by itself where it breaks no rule of jobs.policy.'),
  options: JobOptions.exactOptional(),
  priority: z.number().int().min(-10).max(10).default(0).describe('Higher goes first.'),
  scheduledFor: Instant.exactOptional().describe('Not before this time.'),
  dependsOn: z
    .array(z.strictObject({ jobId: JobId, need: z.enum(['completed', 'ended']).default('completed') }))
    .max(100)
    .exactOptional()
    .describe('Jobs that have to be completed, or only over, before it begins.'),
  originalCommand: z.string().max(4_000).exactOptional().describe('The words that it was asked for with.'),
})

/** What a preview is asked for with, and the files of rows for it. */
export const previewOperations = (actions: Actions): readonly AnyOperation[] => [
  operation({
    name: 'action.list',
    summary: 'List what jobs can do, and with which parameters.',
    http: 'GET /job-actions',
    effect: 'read',
    permission: 'jobs.read',
    input: z.object({}),
    output: z.object({
      items: z.array(JobActionShape),
      databases: z.array(z.string()).describe('The names of jobs.databases, which rows can come from.'),
    }),
    cli: {
      show: ({ items }: { items: JobActionShape[] }) =>
        items.map(({ name, summary }) => `${name.padEnd(12)}${summary}`).join('\n'),
    },
    run: async ({ config }) => ({
      items: offered(actions).map((action) => toShape(config, action)),
      databases: config.jobs.databases.map(({ name }) => name),
    }),
  }),
  operation({
    name: 'job.preview',
    summary: 'Make a job whose rows are shown before anything is done; an approval lets it begin.',
    http: 'POST /jobs/preview',
    effect: 'change',
    permission: 'jobs.submit',
    preview: true,
    leavesWaiting: { without: ['mode'] },
    auditsItself: true,
    input: PreviewInput,
    output: Job,
    run: async (call, input) => show(call, await createPreview(call, actions, input)),
  }),
  operation({
    name: 'job.prepare',
    summary: 'Prepare the rows of a job anew that waits for its approval, or did not get it in time.',
    http: 'POST /jobs/:id/prepare',
    effect: 'change',
    permission: 'jobs.submit',
    auditsItself: true,
    input: z.object({ id: JobId }),
    output: Job,
    cli: { arguments: ['id'] },
    async run(call, { id }) {
      await needStoredJob(call, id)
      await prepareJobAgain(call, id)
      return show(call, id)
    },
  }),
  operation({
    name: 'upload.sheets',
    summary: 'Look at an uploaded file of rows: how it would be read, its sheets, columns and first rows.',
    http: 'GET /uploads/:id/look',
    effect: 'read',
    permission: 'jobs.submit',
    input: z.object({
      id: z.string(),
      format: z.enum(['csv', 'excel', 'jsonl']).exactOptional(),
      delimiter: z.string().length(1).exactOptional(),
      encoding: z.string().max(40).exactOptional(),
      sheet: z.string().max(200).exactOptional(),
    }),
    output: UploadLook,
    cli: { arguments: ['id'] },
    run: (call, { id, ...options }, signal) => lookAtUpload(call, id, options, signal),
  }),
]

const show = async (call: Call, id: JobId): Promise<Job> =>
  toJob(await needStoredJob(call, id), call.clock.now())

const offered = (actions: Actions): AnyJobAction[] =>
  [...actions.values()].filter(({ isOffered }) => isOffered !== false)

const toShape = (config: Config, action: AnyJobAction) => ({
  name: action.name,
  title: action.title,
  summary: action.summary,
  subject: action.subject,
  effect: typeof action.effect === 'string' ? action.effect : null,
  needs: action.needs,
  parameters: schemaOf(config, action),
})

/** The schema of an action's parameters, with what they may be in this installation. */
function schemaOf(config: Config, { parameters, choices }: AnyJobAction): JsonObject {
  const schema = z.toJSONSchema(parameters, { io: 'input', unrepresentable: 'any' }) as JsonObject
  const properties = (schema['properties'] ?? {}) as Record<string, JsonObject>
  for (const [name, values] of Object.entries(choices?.({ config }) ?? {}))
    properties[name] = { ...properties[name], enum: [...values] }
  return schema
}
