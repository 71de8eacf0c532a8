import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { noBrowser } from '#test/browser-lab.ts'
import { openWebLab, setUp, stepsOf, sync } from '#test/web-lab.ts'

const machines = [
  'name,type,mac,ip,site',
  ...Array.from(
    { length: 8 },
    (_, at) => `vm-${at + 1},vm,00:1b:21:00:00:0${at + 1},192.0.2.${at + 1},${at % 2 ? 'Graz' : 'Wien'}`,
  ),
  'srv-1,server,00:1b:21:00:01:01,192.0.2.101,Graz',
  '',
].join('\n')

/** What jobs call: refuses one machine, breaks off at another, and lets nothing go as long as it holds. */
interface Hook {
  url: string
  mended: boolean
  holds: boolean
  /** Lets go what is held, now and from now on. */
  release(): void
}

async function openHook(context: TestContext): Promise<Hook> {
  const held: ServerResponse[] = []
  const hook: Hook = {
    url: '',
    mended: false,
    holds: true,
    release() {
      hook.holds = false
      for (const response of held.splice(0)) response.end('ok')
    },
  }
  const server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const refuse = (status: number, text: string) => {
        response.statusCode = status
        response.end(text)
      }
      if (request.url === '/slow' && hook.holds) held.push(response)
      else if (!hook.mended && body.includes('"vm-3"')) refuse(422, 'no such customer')
      else if (!hook.mended && body.includes('"vm-5"')) refuse(500, 'lost in the middle')
      else response.end('ok')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => {
    server.closeAllConnections()
    server.close()
  })
  hook.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return hook
}

const filesWith = ({ url }: Hook) => ({
  'machines.csv': machines,
  'rollcall.yaml': [
    'sources:',
    '  - { name: list, type: csv, path: ./machines.csv }',
    'jobs:',
    '  webhooks:',
    `    - { name: tickets, url: '${url}/tickets', idempotent: false, costCents: 12 }`,
    `    - { name: slow, url: '${url}/slow', concurrency: 1 }`,
    '',
  ].join('\n'),
})

/** One walk in one browser: each step stands on what the one before left. */
test(
  'an operator asks for work in words, approves it, and puts right what went wrong',
  { skip: noBrowser },
  async (context) => {
    const hook = await openHook(context)
    const lab = await openWebLab(context, filesWith(hook))
    const { page, server } = lab
    const step = stepsOf(context, lab)
    const button = (name: string | RegExp) => page.getByRole('button', { name })
    const main = page.locator('#content')
    const says = (text: string | RegExp) => main.getByText(text).filter({ visible: true }).first().waitFor()
    const webhook = async (name: string) => {
      await page.goto(`${server.address}/jobs/new?q=type:vm`)
      await page.getByRole('radio', { name: 'Call a webhook' }).check({ force: true })
      await page.getByRole('combobox', { name: 'Webhook' }).selectOption(name)
      await page.getByLabel('Body').fill('{"host": "{name}"}')
      await says('8 devices')
      await button('Preview').click()
      await says('waits for your approval')
    }

    await step('words become a proposal that says what it would do', async () => {
      await setUp(lab)
      await sync(lab, 'list')
      await page.keyboard.press('g')
      await page.keyboard.press('j')
      await page.getByRole('grid', { name: 'Jobs' }).getByText('Read list').waitFor()
      await page.getByRole('link', { name: 'New job' }).click()
      await page.getByLabel('What should be done').fill('tag patched on all vms')

      await says(/Put the tag patched on devices where type is vm/)
      await button('Preview this').click()
    })

    await step(
      'the preview shows every row before anything is done, and its approval lets it run',
      async () => {
        await says('waits for your approval')
        await says('Whom it touches')
        const row = page.getByRole('grid', { name: 'Rows' }).getByRole('row').filter({ hasText: 'vm-1' })
        await row.getByText('Tags: patched').waitFor()
        await page.getByLabel('Comment').fill('as agreed')
        await button('Approve 8 rows').click()

        await main.getByText('done', { exact: true }).first().waitFor()
        await button(/^Facts/).click()
        await says('as agreed')
        await page.goto(`${server.address}/devices?q=tag:patched`)
        await says('8 devices')
      },
    )

    await step('a row that failed says why and what helps, and is retried once that is mended', async () => {
      await webhook('tickets')
      await says('0.96')
      await button('Approve 8 rows').click()
      await says('paused: outcomes unclear')

      await button(/^What went wrong/).click()
      await says(/422: no such customer/)
      const refused = main.getByRole('listitem').filter({ hasText: 'WEBHOOK_REFUSED' })
      hook.mended = true
      await refused.getByRole('button', { name: 'Retry these' }).click()
      await refused.waitFor({ state: 'detached' })
    })

    await step('of a row whose outcome is unclear a person says what became of it', async () => {
      await page.getByRole('link', { name: 'Say what became of them' }).click()
      await page.getByRole('checkbox', { name: 'Select vm-5' }).check()
      await page.getByLabel('Comment').fill('the ticket is there')
      await button('1 row done').click()

      await main.getByText('done', { exact: true }).first().waitFor()
      await button(/^Rows/).click()
      const row = page.getByRole('grid', { name: 'Rows' }).getByRole('row').filter({ hasText: 'vm-5' })
      await row.getByText('done, as somebody says').waitFor()
    })

    await step(
      'a job is paused, goes on, is waited for by another, and is cancelled; what it did stays',
      async () => {
        await webhook('slow')
        await button('Approve 8 rows').click()
        await button('Pause').click()
        await says('Somebody paused it')
        await button('Resume').click()
        await main.getByText('running', { exact: true }).first().waitFor()
        await page.goto(`${server.address}/jobs/new?action=tag&q=type:server`)
        await button(/^Limits/).click()
        await page.getByLabel('After other jobs').fill('slow')
        await page.getByRole('list', { name: 'Open jobs' }).getByRole('button', { name: /slow/ }).click()
        await page.getByLabel(/^Tags to put on/).fill('late')
        await page.keyboard.press('Enter')
        await button('Preview').click()
        await button('Approve 1 row').click()
        await says('It waits for other jobs')
        await main.getByRole('link', { name: /^Call the webhook slow/ }).click()
        await main.getByText('running', { exact: true }).first().waitFor()
        await button('Cancel job').click()
        await page.getByRole('dialog').getByRole('button', { name: 'Cancel job' }).click()
        await main.getByText('cancelled', { exact: true }).first().waitFor()

        hook.release()
        await button('Go on with the rest').click()
        await main.getByText('done', { exact: true }).first().waitFor()
      },
    )

    await step(
      'a file with keys that come twice is refused with the lines, and taken once it is mended',
      async () => {
        const send = async (...lines: string[]) => {
          const text = ['name,rack', ...lines, ''].join('\n')
          const file = { name: 'racks.csv', mimeType: 'text/csv', buffer: Buffer.from(text) }
          await page.getByLabel('File of rows').setInputFiles(file)
          const sample = page.getByRole('table', { name: 'First rows of the file' })
          await sample.getByText(lines.at(-1)!.split(',')[1]!, { exact: true }).waitFor()
          await page.getByRole('checkbox', { name: 'name' }).check()
          await button('Preview').click()
        }
        await page.goto(`${server.address}/jobs/new?action=annotate`)
        await button('A file').click()
        await send('vm-1,R7', 'vm-2,R8', 'vm-1,R9')
        await page
          .getByRole('region', { name: 'Why it ended' })
          .getByText(/line 4, column name: "vm-1", expected a value that differs from line 2/)
          .waitFor()

        await page.getByRole('link', { name: 'Correct it' }).click()
        await send('vm-1,R7', 'vm-2,R10')
        await says('waits for your approval')
        await button('Approve 2 rows').click()
        await main.getByText('done', { exact: true }).first().waitFor()
        await page.goto(`${server.address}/devices?q=rack:R7`)
        await says('1 device')
      },
    )

    await step(
      'chosen devices and the palette lead to a new job, and the trail can be verified',
      async () => {
        await page.goto(`${server.address}/devices?q=type:server`)
        await page.getByRole('checkbox', { name: 'Select srv-1' }).click()
        await button('Do something with these…').click()
        await page.getByRole('radio', { name: 'Tag devices', exact: true }).check({ force: true })
        await says('1 device, chosen one by one in the list.')
        await page.goto(`${server.address}/settings?part=audit`)
        await button('Verify').click()
        await says('The trail is whole.')
        await page.keyboard.press('Control+k')
        await page.getByRole('combobox', { name: 'Search and run' }).fill('jobs that wait')
        await page.keyboard.press('Enter')
        await page.waitForURL(/\/jobs\?state=approval/)
        await says('No job is like that')
        assert.deepEqual(page.troubles, [])
      },
    )
  },
)
