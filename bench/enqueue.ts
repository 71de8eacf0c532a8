import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { appendFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { migrate } from '#database/migrate.ts'
import { openDatabase } from '#database/open.ts'
import { createSecretBox } from '#features/access/secret-box.ts'
import { jobAction } from '#features/jobs/action.ts'
import { createPreview } from '#features/previews/create-preview.ts'
import { createPrepareJob } from '#features/previews/prepare-job.ts'
import { storeUpload } from '#features/previews/uploads.ts'
import { systemActor } from '#model/actor.ts'
import { testConfig } from '#test/test-config.ts'
import { testContext } from '#test/test-context.ts'

/** What preparing a file of rows took, of a process of its own. */
export interface EnqueueFigures {
  rows: number
  /** From the first byte read to the preview that can be approved; the upload is not part of it. */
  seconds: number
  peakMegabytes: number
}

const never = new AbortController().signal

const action = jobAction({
  name: 'bench',
  title: 'Nothing',
  summary: 'Does nothing.',
  effect: 'read',
  subject: 'table',
  needs: 'jobs.submit',
  parameters: z.strictObject({}),
  input: z.record(z.string(), z.json()),
  run: async () => ({}),
})

async function* csvOf(rows: number): AsyncGenerator<Uint8Array> {
  yield Buffer.from('id,name,site,address,cost\n')
  for (let from = 0; from < rows; from += 5_000) {
    let text = ''
    for (let row = from; row < Math.min(rows, from + 5_000); row += 1)
      text += `${row + 1},server-${row},site-${row % 40},10.${(row >> 16) & 255}.${(row >> 8) & 255}.${row & 255},${row % 97}.50\n`
    yield Buffer.from(text)
  }
}

/** Prepares a CSV file of so many rows in the database of this URL, which must be empty or Rollcall's. */
export async function measureEnqueue(url: string, rows: number): Promise<EnqueueFigures> {
  const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-enqueue-'))
  const opened = await openDatabase({ url })
  await migrate(opened)
  const key = Buffer.alloc(32, 7)
  const defaults = testConfig()
  const config = testConfig({ jobs: { ...defaults.jobs, uploadDirectory: folder } })
  const secrets = createSecretBox([{ id: '00000000', key }])
  const call = { ...testContext(opened, { config, secrets }), actor: systemActor('bench') }
  const actions = new Map([[action.name, action]])
  try {
    const upload = await storeUpload(call, call.actor, `${randomUUID()}.csv`, csvOf(rows), never)
    const before = performance.now()
    const id = await createPreview(call, actions, {
      action: action.name,
      parameters: {},
      rowsFrom: { kind: 'file', upload: upload.id },
    })
    await createPrepareJob(actions)(call, id, never)
    const seconds = (performance.now() - before) / 1000
    const job = await opened.db
      .selectFrom('jobs')
      .select(['total_rows', 'approval', 'error_message'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    if (job.approval !== 'waiting') throw new Error(job.error_message ?? 'it was not prepared')
    return { rows: job.total_rows, seconds, peakMegabytes: process.resourceUsage().maxRSS / 1024 }
  } finally {
    await opened.close()
    await rm(folder, { recursive: true, force: true })
  }
}

// As a process of its own, so that its memory is counted alone: node bench/enqueue.ts URL ROWS FILE
const [url, rows, file] = process.argv.slice(2)
if (import.meta.main && url !== undefined)
  await appendFile(file ?? '/dev/stdout', `${JSON.stringify(await measureEnqueue(url, Number(rows)))}\n`)
