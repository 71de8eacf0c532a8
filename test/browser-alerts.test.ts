import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { noBrowser } from '#test/browser-lab.ts'
import { openWebLab, setUp, stepsOf } from '#test/web-lab.ts'

const config = `sources: []
monitoring:
  cost: { currency: EUR, centsPerKwh: 30 }
  statusPage:
    enabled: true
    title: Acme status
    groups:
      - { name: Storage, q: 'name:nas*' }
`

/** Something that says yes to whoever asks. */
async function openFriend(context: TestContext): Promise<string> {
  const server = createServer((_, response) => response.end('fine'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

test('an alert is made, told and looked after in the browser', { skip: noBrowser }, async (context) => {
  const lab = await openWebLab(context, { 'rollcall.yaml': config })
  const friend = await openFriend(context)
  const { page, server } = lab
  const step = stepsOf(context, lab)
  const beat = (cpu: number) =>
    server.call('POST', '/agents/heartbeat', {
      server_id: 'nas-01',
      interval_seconds: 60,
      metrics: { cpu_percent: cpu, memory_percent: 41, power_watts: 120 },
    })
  const inbox = page.getByRole('list', { name: 'Open alerts' })

  await step('a rule says how often it would have fired before it is kept', async () => {
    await setUp(lab)
    await beat(20)
    await page.goto(`${server.address}/alerts?tab=rules`)
    await page.getByRole('button', { name: 'New rule' }).click()
    await page.getByLabel('Name').fill('Busy')
    await page.getByLabel('For so many minutes', { exact: true }).fill('0')
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByText(/Would have fired 0 times in the last 30 days/).waitFor()
    await page.getByRole('button', { name: 'Save rule' }).click()
    await page.getByRole('table', { name: 'Rules' }).getByText('Busy', { exact: true }).waitFor()
  })

  await step('what fires is seen at once, and is looked after by a key', async () => {
    await page.goto(`${server.address}/alerts`)
    await page.getByText('open alert').waitFor()
    await beat(97)
    await inbox
      .getByText(/nas-01/)
      .first()
      .waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('a')
    await inbox.getByText('looks after it').first().waitFor()
  })

  await step('it is silenced with a reason, and its page tells what became of it', async () => {
    await inbox
      .getByRole('link', { name: /nas-01/ })
      .first()
      .click()
    await page.getByLabel('Note').waitFor()
    await page.getByRole('button', { name: 'Silence', exact: true }).click()
    await page.getByLabel('Reason').fill('a disk is copied')
    await page.getByRole('dialog').getByRole('button', { name: 'Silence' }).click()
    await page.getByRole('list', { name: 'What became of it' }).getByText('a disk is copied').waitFor()
    await page.getByLabel('Note').fill('We copy a disk')
    await page.getByLabel('Show on the public status page').check()
    await page.getByRole('button', { name: 'Add note' }).click()
    await page.getByRole('list', { name: 'What became of it' }).getByText('We copy a disk').waitFor()
  })

  await step('the world sees the note and no name', async () => {
    const cookies = await page.context().cookies()
    await page.context().clearCookies()
    await page.goto(`${server.address}/status`)
    await page.getByText('We copy a disk').waitFor()
    const text = await page.content()
    assert.doesNotMatch(text, /nas-01|copied|127\.0\.0\.1/)
    assert.match(text, /Storage/)
    await page.context().addCookies(cookies)
  })

  await step('it is over when the server says so', async () => {
    await page.goto(`${server.address}/alerts`)
    await beat(10)
    await page.getByText('Nothing is wrong').waitFor()
    await page.getByRole('button', { name: 'History' }).click()
    await page
      .getByRole('list', { name: 'Alerts that are over' })
      .getByText(/nas-01/)
      .first()
      .waitFor()
    await page.getByLabel('Began').selectOption('between')
    await page.getByLabel('From').fill('2001-01-01T00:00')
    await page.getByLabel('To (now when empty)').fill('2001-01-02T00:00')
    await page.getByText('No such alert is over').waitFor()
  })

  await step('a maintenance window says whom it covers, and is changed later', async () => {
    await page.goto(`${server.address}/alerts?tab=quiet`)
    await page.getByRole('button', { name: 'New window' }).click()
    await page.getByLabel('Name').fill('Nightly')
    await page.getByLabel('Which devices').fill('name:nas-01')
    await page.getByText('Covers the servers of 0 devices.').waitFor()
    await page.getByLabel('Whom it covers').selectOption('servers')
    await page.getByRole('textbox', { name: 'Servers' }).fill('nas-01')
    await page.getByLabel('How often').selectOption('often')
    await page.getByRole('button', { name: 'Plan it' }).click()
    const windows = page.getByRole('table', { name: 'Maintenance windows' })
    await windows.getByRole('button', { name: 'Edit Nightly' }).click()
    await page.getByLabel('Minutes').fill('45')
    await page.getByRole('button', { name: 'Save window' }).click()
    await windows.getByText('0 3 * * 0 for 45 min').waitFor()
  })

  await step('a check is tried before it is kept', async () => {
    await page.goto(`${server.address}/checks`)
    await page.getByRole('button', { name: 'New check' }).first().click()
    await page.getByLabel('Name', { exact: false }).first().fill('friend')
    await page.getByLabel('Target').fill(friend)
    await page.getByRole('button', { name: 'Try now' }).click()
    await page.getByText(/^up: /).waitFor()
    await page.getByRole('button', { name: 'Save check' }).click()
    const row = page.getByRole('table', { name: 'Checks' })
    await row.getByText('up', { exact: true }).waitFor()
    await row.getByRole('link', { name: 'friend' }).click()
    await page.getByRole('list', { name: 'Changes' }).getByText('up').first().waitFor()
  })

  await step('a channel is tested and says what the other side said', async () => {
    await page.goto(`${server.address}/alerts?tab=channels`)
    await page.getByRole('button', { name: 'New channel' }).click()
    await page.getByLabel('Kind').selectOption('webhook')
    await page.getByRole('textbox', { name: /^Name \(/ }).fill('hook')
    await page.getByRole('textbox', { name: /^URL/ }).fill(friend)
    await page.getByLabel('Messages an hour at most').fill('12')
    await page.getByText('Words of your own').click()
    await page.getByLabel('When').selectOption('resolved')
    await page.getByLabel('Title').fill('Fine: {title}')
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByText('Fine: nas-01 is offline').waitFor()
    await page.getByRole('button', { name: 'Save channel' }).click()
    await page.getByRole('table', { name: 'Channels' }).getByRole('button', { name: 'Test' }).click()
    await page.getByText('The test was sent').waitFor()
    await page.getByRole('table', { name: 'Notices' }).getByText('Rollcall can reach you').waitFor()
  })

  await step('an escalation says who is told and who next, and a rule takes it', async () => {
    await page.goto(`${server.address}/alerts?tab=escalations`)
    await page.getByRole('button', { name: 'New escalation' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('On call')
    await page.getByLabel('hook').check()
    await page.getByRole('button', { name: 'Another step' }).click()
    const second = page.getByRole('group', { name: 'Step 2' })
    await second.getByLabel('hook').check()
    await second.getByLabel('Warning').uncheck()
    await second.getByLabel('Only within some hours').check()
    await page.getByRole('button', { name: 'Save escalation' }).click()
    await page
      .getByRole('table', { name: 'Escalations' })
      .getByText('after 15 min: hook (critical, weekdays 08:00 to 18:00)')
      .waitFor()
    await page.getByRole('button', { name: 'Rules', exact: true }).click()
    await page.getByRole('button', { name: 'Edit Busy' }).click()
    await page.getByLabel('Asks about').selectOption('server')
    await page.getByRole('combobox', { name: 'Which servers' }).fill('id:nas-01')
    await page.getByLabel('Who is told').selectOption('On call')
    await page.getByRole('button', { name: 'Save rule' }).click()
    await page.getByRole('table', { name: 'Rules' }).getByText('id:nas-01').waitFor()
  })

  await step('what servers cost is shown with what it rests on', async () => {
    await page.goto(`${server.address}/cost`)
    const table = page.getByRole('table', { name: 'Cost of servers' })
    await table.getByText('nas-01').waitFor()
    await page.getByRole('button', { name: 'New tariff' }).click()
    await page.getByRole('table', { name: 'The week as it costs' }).waitFor()
  })
})
