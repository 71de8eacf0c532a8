import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after } from 'node:test'
import { z } from 'zod'
import type { Config } from '#config.ts'
import type { OpenDatabase } from '#database/open.ts'
import { toSecretKey } from '#features/access/key-file.ts'
import { createSecretBox } from '#features/access/secret-box.ts'
import { jobAction } from '#features/jobs/action.ts'
import type { AnyJobAction, PreviewFacts, PreviewItem } from '#features/jobs/action.ts'
import { createCheckApproval } from '#features/previews/approval.ts'
import { createPreview } from '#features/previews/create-preview.ts'
import type { PreviewRequest } from '#features/previews/create-preview.ts'
import { createPrepareJob } from '#features/previews/prepare-job.ts'
import { storeUpload } from '#features/previews/uploads.ts'
import type { JobId } from '#model/ids.ts'
import { systemActor } from '#model/actor.ts'
import type { Actor } from '#model/actor.ts'
import { inventoryWorld } from '#test/inventory-world.ts'
import { testConfig } from '#test/test-config.ts'

const never = new AbortController().signal
const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-previews-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** What the scripted actions say of a row, unless a test says it otherwise. */
type Say = (item: PreviewItem) => PreviewFacts

/** Previews over a real database: two scripted actions, `post` for rows of tables and `mark` for devices. */
export function previewWorld(opened: OpenDatabase, jobs: Partial<Config['jobs']> = {}) {
  const world = inventoryWorld(opened)
  const defaults = testConfig()
  const config = testConfig({ jobs: { ...defaults.jobs, uploadDirectory: folder, ...jobs } })
  const context = {
    ...world.context,
    config,
    secrets: createSecretBox([toSecretKey(Buffer.alloc(32, 7))]),
  }
  const script: { say: Say } = { say: () => ({}) }
  const scripted = (name: string, subject: AnyJobAction['subject'], input: z.ZodType) =>
    jobAction({
      name,
      title: `Try to ${name}`,
      summary: 'Does nothing.',
      effect: 'read',
      subject,
      needs: 'inventory.change',
      parameters: z.strictObject({ note: z.string().exactOptional() }),
      input: input as z.ZodType<Record<string, never>>,
      preview: async (_, __, items) => items.map((item) => script.say(item)),
      run: async () => ({}),
    })
  const loose = z.record(z.string(), z.json())
  const strict = z.object({ id: z.string(), port: z.string().regex(/^\d+$/, 'expected a port') })
  const all = [
    scripted('post', 'table', loose),
    scripted('mark', 'device', loose),
    scripted('look', 'host', loose),
    scripted('open', 'table', strict),
    { ...scripted('hidden', 'table', loose), isOffered: false },
  ]
  const actions = new Map<string, AnyJobAction>(all.map((action) => [action.name, action]))
  const admin = systemActor('test')
  const prepareJob = createPrepareJob(actions)

  const upload = async (name: string, content: string | Buffer, actor: Actor = admin): Promise<string> => {
    const bytes = (async function* () {
      yield Buffer.from(content as string)
    })()
    return (await storeUpload(context, actor, name, bytes, never)).id
  }
  const create = (request: Partial<PreviewRequest>, actor: Actor = admin): Promise<JobId> =>
    createPreview({ ...context, actor }, actions, { action: 'post', parameters: {}, ...request })
  const jobOf = async (id: number) => {
    const row = await opened.db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    return { ...row, preview: row.preview === null ? null : JSON.parse(row.preview) }
  }
  const rowsOf = async (id: number) => {
    const rows = await opened.db
      .selectFrom('job_rows')
      .selectAll()
      .where('job_id', '=', id)
      .orderBy('row_number')
      .execute()
    return rows.map((row) => ({ ...row, input: JSON.parse(row.input) as Record<string, unknown> }))
  }
  const prepare = async (id: JobId, signal: AbortSignal = never) => {
    await prepareJob(context, id, signal)
    return jobOf(id)
  }
  const previewFile = async (
    content: string | Buffer,
    request: Partial<PreviewRequest> & { file?: object } = {},
    actor: Actor = admin,
  ) => {
    const { file, ...rest } = request
    const rowsFrom = { kind: 'file', upload: await upload('rows.csv', content, actor), ...file } as const
    return prepare(await create({ rowsFrom: rowsFrom as PreviewRequest['rowsFrom'], ...rest }, actor))
  }
  return {
    ...world,
    context,
    actions,
    script,
    upload,
    create,
    prepare,
    previewFile,
    jobOf,
    rowsOf,
    checkApproval: (id: number) => createCheckApproval(actions)(context, id, never),
  }
}
