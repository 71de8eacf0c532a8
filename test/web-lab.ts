import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import os from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { TestContext } from 'node:test'
import { openPage, pictureOf, type BrowserPage } from '#test/browser-lab.ts'
import { homeFolder, startServer, type RunningServer } from '#test/running-server.ts'
import { root } from '#test/tracked-files.ts'

/** Who makes the first account. */
export const person = {
  name: 'Ada Lovelace',
  email: 'ada@example.net',
  password: 'correct horse battery staple',
}

export interface WebLab {
  folder: string
  server: RunningServer
  page: BrowserPage
}

/** The pages as they are now; test files that run side by side build them once. */
function buildPages(): void {
  const turn = new DatabaseSync(path.join(os.tmpdir(), 'rollcall-build.lock'))
  turn.exec('pragma busy_timeout = 150000; begin exclusive')
  try {
    execFileSync(process.execPath, [path.join(root, 'scripts', 'build-web.mjs')], { stdio: 'pipe' })
  } finally {
    turn.close()
  }
}

/** A server on a first start with its pages, a folder with files, and a browser. */
export async function openWebLab(context: TestContext, files: Record<string, string>): Promise<WebLab> {
  buildPages()
  const folder = homeFolder(context, files)
  const server = await startServer(context, folder)
  return { folder, server, page: await openPage(context) }
}

/** Makes the first account by the link that the server printed. */
export async function setUp({ server, page }: WebLab): Promise<void> {
  await page.goto(server.setupLink!)
  await page.getByLabel('Your name').fill(person.name)
  await page.getByLabel('E-mail address').fill(person.email)
  for (const field of await page.locator('input[type=password]').all()) await field.fill(person.password)
  await page.getByRole('button', { name: 'Set up Rollcall' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
}

/** Reads sources by asking the server, and waits for the end. */
export async function sync({ server }: WebLab, ...names: string[]): Promise<void> {
  const { answer } = await server.call<{ jobId: number }>('POST', '/sources/sync', { names })
  for (;;) {
    const job = await server.call<{ status: string }>('GET', `/jobs/${answer.jobId}`)
    if (job.answer.status === 'completed') return
    assert.match(String(job.answer.status), /^(pending|running)$/)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/**
 * Steps of one walk, each standing on what the one before left: one that fails leaves a picture and ends the walk.
 * Nothing may go wrong on the page unseen.
 */
export function stepsOf(context: TestContext, { page }: WebLab) {
  let failed = false
  return (name: string, work: () => Promise<void>): Promise<void> =>
    context.test(name, { skip: failed && 'a step before it failed' }, async () => {
      failed = true
      await work().catch(async (error: unknown) => {
        await pictureOf(page, name.replaceAll(/\W+/g, '-'))
        throw error
      })
      assert.deepEqual(page.troubles.splice(0), [])
      failed = false
    })
}
