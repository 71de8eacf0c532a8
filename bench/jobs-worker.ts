import { z } from 'zod'
import { migrate } from '#database/migrate.ts'
import { openDatabase } from '#database/open.ts'
import { jobAction } from '#features/jobs/action.ts'
import { submitJob } from '#features/jobs/submit-job.ts'
import { work } from '#features/jobs/worker.ts'
import { systemActor } from '#model/actor.ts'
import { killContext } from '#test/kill-world.ts'

/** No-op rows with history and trail, in a process of their own: `node jobs-worker.ts URL ROWS`; says `{seconds}`. */
const [url = '', rows = '20000'] = process.argv.slice(2)
const action = jobAction({
  name: 'noop',
  title: 'Nothing',
  summary: 'Does nothing.',
  effect: 'read',
  subject: 'table',
  parameters: z.strictObject({}),
  input: z.strictObject({ n: z.number() }),
  needs: 'jobs.submit',
  concurrency: 64,
  run: async () => ({}),
})
const opened = await openDatabase({ url })
await migrate(opened)
const context = killContext(opened)
const actions = new Map([[action.name, action]])
await submitJob(context, actions, {
  action: 'noop',
  name: 'no-op rows',
  parameters: {},
  actor: systemActor('bench'),
  rows: Array.from({ length: Number(rows) }, (_, n) => ({ key: String(n), input: { n } })),
})
const controller = new AbortController()
const over = Promise.withResolvers<void>()
context.events.subscribe(({ topic }) => topic === 'job.finished' && over.resolve())
const begun = performance.now()
const node = { id: 'bench', hostname: 'bench', pid: process.pid, roles: ['worker'] as const }
const working = work(context, actions, node, controller.signal)
await over.promise
const seconds = (performance.now() - begun) / 1000
controller.abort()
await working
await opened.close()
process.send!({ seconds })
process.disconnect!()
