import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { test, type TestContext } from 'node:test'
import { noBrowser, openPage, pictureOf, type BrowserPage } from '#test/browser-lab.ts'
import { homeFolder, startServer, type RunningServer } from '#test/running-server.ts'
import { root } from '#test/tracked-files.ts'

const skip = noBrowser
const person = { name: 'Ada Lovelace', email: 'ada@example.net', password: 'correct horse battery staple' }

/** The pages as they are now. */
function buildPages(): void {
  execFileSync(process.execPath, [path.join(root, 'scripts', 'build-web.mjs')], { stdio: 'pipe' })
}

const rowOf = (number: number) =>
  `web-${String(number).padStart(4, '0')},vm,00:1b:21:00:${(number >> 8).toString(16).padStart(2, '0')}:${(number & 255).toString(16).padStart(2, '0')},10.0.${number >> 8}.${number & 255}\n`
const rows = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => rowOf(from + at)).join('')
const header = 'name,type,mac,ip\n'

const lease = (number: number) =>
  `4102444800 00:1b:21:3c:00:${number.toString(16).padStart(2, '0')} 192.0.2.${number} phone-${number} *\n`

interface Lab {
  folder: string
  server: RunningServer
  page: BrowserPage
}

/** A server on a first start with its pages, two sources that hold something, and a browser. */
async function openLab(context: TestContext): Promise<Lab> {
  buildPages()
  const folder = homeFolder(context, {
    'machines.csv': header + rows(1, 300),
    'long.csv': header + rows(1_001, 12_000),
    'dnsmasq.leases': [1, 2, 3, 4].map(lease).join(''),
    'rollcall.yaml': [
      'sources:',
      '  - { name: list, type: csv, path: ./machines.csv }',
      '  - { name: leases, type: dnsmasq, path: ./dnsmasq.leases }',
      '  - { name: long, type: csv, path: ./long.csv }',
      '',
    ].join('\n'),
  })
  const server = await startServer(context, folder)
  return { folder, server, page: await openPage(context) }
}

async function setUp({ server, page }: Lab): Promise<void> {
  await page.goto(server.setupLink!)
  await page.getByLabel('Your name').fill(person.name)
  await page.getByLabel('E-mail address').fill(person.email)
  for (const field of await page.locator('input[type=password]').all()) await field.fill(person.password)
  await page.getByRole('button', { name: 'Set up Rollcall' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
}

/** Reads sources by asking the server, and waits for the end. */
async function sync({ server }: Lab, ...names: string[]): Promise<void> {
  const { answer } = await server.call<{ jobId: number }>('POST', '/sources/sync', { names })
  for (;;) {
    const job = await server.call<{ status: string }>('GET', `/jobs/${answer.jobId}`)
    if (job.answer.status === 'completed') return
    assert.ok(['pending', 'running'].includes(job.answer.status), job.answer.status)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** One walk in one browser: each step stands on what the one before left. */
test('a newcomer sets up, signs in, reads, looks and reviews in the browser', { skip }, async (context) => {
  const lab = await openLab(context)
  const { page, server } = lab
  const step = (name: string, work: () => Promise<void>) =>
    context.test(name, async () => {
      await work().catch(async (error: unknown) => {
        await pictureOf(page, name.replaceAll(/\W+/g, '-'))
        throw error
      })
      assert.deepEqual(page.troubles.splice(0), [])
    })

  await step('the set-up link makes the first admin and leads to the overview', async () => {
    await setUp(lab)
    await page.goto(server.setupLink!)
    await page
      .getByText(/set up already|no longer|used/i)
      .first()
      .waitFor()
    page.troubles.length = 0
  })

  await step('signing out and in again leads back to where one was', async () => {
    await page.goto(`${server.address}/devices`)
    await page.getByRole('button', { name: person.name }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByLabel('E-mail address').waitFor()
    await page.goto(`${server.address}/hosts`)
    await page.getByLabel('E-mail address').fill(person.email)
    await page.getByLabel('Password', { exact: true }).fill('not the password')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('alert').first().waitFor()
    page.troubles.length = 0
    await page.getByLabel('Password', { exact: true }).fill(person.password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('heading', { name: 'Hosts' }).waitFor()
  })

  await step('devices of a list are shown, found by a query, and a bad query is explained', async () => {
    await sync(lab, 'list')
    await page.goto(`${server.address}/devices`)
    const grid = page.getByRole('grid', { name: 'Devices' })
    await grid.getByText('web-0001', { exact: true }).waitFor()
    await page.getByText('300 devices').first().waitFor()
    const query = page.getByRole('combobox').first()
    await query.fill('ip:10.0.1.0/24')
    await query.press('Enter')
    await grid.getByText('web-0256', { exact: true }).waitFor()
    assert.equal(await grid.getByText('web-0001', { exact: true }).count(), 0)
    await query.fill('memroy>4GB')
    await query.press('Enter')
    await page
      .getByText(/memory/)
      .first()
      .waitFor()
    page.troubles.length = 0
  })

  await step('a device says where each fact came from', async () => {
    await page.goto(`${server.address}/devices?q=web-0007`)
    await page.getByRole('grid', { name: 'Devices' }).getByText('web-0007', { exact: true }).click()
    await page.getByRole('heading', { name: 'web-0007' }).waitFor()
    await page.getByText('10.0.0.7').first().waitFor()
    await page.getByText('list', { exact: true }).first().waitFor()
  })

  await step('a sync is watched live, from its first record to its end', async () => {
    await page.goto(`${server.address}/runs`)
    await page.getByRole('heading', { name: 'Runs' }).waitFor()
    await server.call('POST', '/sources/sync', { names: ['long'] })
    const progress = page.getByRole('progressbar', { name: 'Reading long' }).first()
    await progress.waitFor({ state: 'attached' })
    await page
      .getByText(/[1-9],\d{3} records/)
      .first()
      .waitFor()
    await progress.waitFor({ state: 'detached', timeout: 90_000 })
    await page.getByText('11,000').first().waitFor()
  })

  await step('hosts are reviewed with the keyboard alone', async () => {
    await sync(lab, 'leases')
    await page.goto(`${server.address}/hosts?status=pending`)
    const grid = page.getByRole('grid', { name: 'Hosts' })
    await grid.getByText('phone-1', { exact: true }).waitFor()
    await grid.focus()
    await page.keyboard.press('j')
    await page.keyboard.press('a')
    await grid.getByText('phone-4', { exact: true }).waitFor({ state: 'detached' })
    await page.keyboard.press('r')
    await grid.getByText('phone-3', { exact: true }).waitFor({ state: 'detached' })
    await page.goto(`${server.address}/hosts?status=approved`)
    await grid.getByText('phone-4', { exact: true }).waitFor()
    await page.goto(`${server.address}/hosts?status=rejected`)
    await grid.getByText('phone-3', { exact: true }).waitFor()
  })

  await step('a new host shows on an open page without reloading', async () => {
    await page.goto(`${server.address}/hosts?status=pending`)
    const grid = page.getByRole('grid', { name: 'Hosts' })
    await grid
      .getByText(/phone-\d/)
      .first()
      .waitFor()
    writeFileSync(path.join(lab.folder, 'dnsmasq.leases'), [1, 2, 3, 4, 5].map(lease).join(''))
    await sync(lab, 'leases')
    await grid.getByText('phone-5', { exact: true }).waitFor()
  })

  await step('the palette goes anywhere with the keyboard', async () => {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').last().fill('web-0042')
    await page
      .getByRole('option', { name: /web-0042/ })
      .first()
      .waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'web-0042' }).waitFor()
  })

  await step('when the server goes the page says so', async () => {
    await server.stop()
    await page
      .getByText(/not answer|offline|connection/i)
      .first()
      .waitFor()
    page.troubles.length = 0
  })
})
