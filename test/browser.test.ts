import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { noBrowser } from '#test/browser-lab.ts'
import { rollcall } from '#test/run-rollcall.ts'
import { openWebLab, person, setUp, stepsOf, sync } from '#test/web-lab.ts'

const hex = (number: number) => number.toString(16).padStart(2, '0')
const rowOf = (number: number) =>
  `web-${String(number).padStart(4, '0')},vm,00:1b:21:00:${hex(number >> 8)}:${hex(number & 255)},10.0.${number >> 8}.${number & 255}\n`
const rows = (from: number, to: number) =>
  'name,type,mac,ip\n' + Array.from({ length: to - from + 1 }, (_, at) => rowOf(from + at)).join('')
const leases = (count: number) =>
  Array.from(
    { length: count },
    (_, at) => `4102444800 00:1b:21:3c:00:${hex(at + 1)} 192.0.2.${at + 1} phone-${at + 1} *\n`,
  ).join('')

const files = {
  'machines.csv': rows(1, 300),
  'long.csv': rows(1_001, 12_000),
  'dnsmasq.leases': leases(6),
  'rollcall.yaml': [
    'sources:',
    '  - { name: leases, type: dnsmasq, path: ./dnsmasq.leases }',
    '  - { name: long, type: csv, path: ./long.csv }',
    '',
  ].join('\n'),
}

/** One walk in one browser: each step stands on what the one before left. */
test(
  'a newcomer sets up, reads, looks, edits and reviews in the browser',
  { skip: noBrowser },
  async (context) => {
    const lab = await openWebLab(context, files)
    const { page, server, folder } = lab
    const step = stepsOf(context, lab)
    const change = (name: keyof typeof files, text: string) => writeFileSync(path.join(folder, name), text)
    const grid = (name: 'Devices' | 'Hosts') => page.getByRole('grid', { name })
    const inGrid = (name: 'Devices' | 'Hosts', text: string) => grid(name).getByText(text, { exact: true })

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

    await step('the first page loads less than 300 kB of script, compressed', async () => {
      const network = await page.context().newCDPSession(page)
      const scripts = new Set<string>()
      let bytes = 0
      network.on(
        'Network.responseReceived',
        ({ requestId, type }) => type === 'Script' && scripts.add(requestId),
      )
      network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
        if (scripts.has(requestId)) bytes += encodedDataLength
      })
      await network.send('Network.enable')
      await network.send('Network.setCacheDisabled', { cacheDisabled: true })
      await page.goto(server.address)
      await page.getByText('No machines yet').waitFor()
      await network.detach()
      assert.ok(bytes > 50_000 && bytes < 300_000, `${bytes} bytes`)
    })

    await step('a source is added, tested before it is kept, and read at once', async () => {
      await page.goto(`${server.address}/sources`)
      await page.getByRole('button', { name: 'Add source' }).click()
      await page.getByRole('button', { name: /^CSV file/ }).click()
      const form = page.getByRole('dialog', { name: 'Add CSV file' })
      await form.getByLabel('Name (needed)').fill('list')
      await form.getByLabel('Path').fill('./nowhere.csv')
      await form.getByRole('button', { name: 'Test' }).click()
      await form.getByText(/does not exist/).waitFor()
      page.troubles.length = 0
      await form.getByLabel('Path').fill('./machines.csv')
      await form.getByRole('button', { name: 'Test' }).click()
      await form.getByText(/300/).waitFor()
      await form.getByRole('button', { name: 'Add source' }).click()
      await form.waitFor({ state: 'detached' })
      const row = page.getByRole('row').filter({ hasText: 'list' })
      await row.getByText('up to date').waitFor()
      await row.getByText('300').waitFor()
    })

    await step('devices of a list are shown, found by a query, and a bad query is explained', async () => {
      await page.goto(`${server.address}/devices`)
      await inGrid('Devices', 'web-0001').waitFor()
      await page.getByText('300 devices').first().waitFor()
      const query = page.getByRole('combobox', { name: 'Query of devices' })
      await query.fill('ip:10.0.1.0/24')
      await query.press('Enter')
      await inGrid('Devices', 'web-0256').waitFor()
      assert.equal(await inGrid('Devices', 'web-0001').count(), 0)
      await query.fill('memroy>4GB')
      await query.press('Enter')
      await page.getByText('There is no field memroy').waitFor()
      await page.getByRole('button', { name: 'Use memory' }).click()
      await page.getByText('No device matches').waitFor()
      page.troubles.length = 0
    })

    await step('a device says where each fact came from', async () => {
      await page.goto(`${server.address}/devices?q=web-0007`)
      await inGrid('Devices', 'web-0007').click()
      await page.getByRole('heading', { name: 'web-0007' }).waitFor()
      await page.getByText('10.0.0.7').first().waitFor()
      await page
        .getByText(/^list · /)
        .first()
        .waitFor()
    })

    await step('a device is edited by hand, shown as it was before, and the edit taken back', async () => {
      const site = page.locator('main').getByText('Graz', { exact: true })
      await page.getByRole('button', { name: 'Edit', exact: true }).click()
      await page.getByLabel('Site').fill('Graz')
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await site.waitFor()
      await page.getByRole('button', { name: 'As it was' }).click()
      await page.getByRole('button', { name: 'One change back' }).click()
      await page.getByText('as it was', { exact: true }).waitFor()
      await site.waitFor({ state: 'detached' })
      await page.getByText('10.0.0.7').first().waitFor()
      await page.getByRole('button', { name: 'Back to now' }).click()
      await site.waitFor()
      await page.getByRole('button', { name: /take back/i }).click()
      await site.waitFor({ state: 'detached' })
    })

    await step('a list that lost two thirds of its machines asks whether they are gone', async () => {
      change('machines.csv', rows(1, 100))
      await sync(lab, 'list')
      await page.goto(server.address)
      await page.getByRole('link', { name: 'list no longer shows 200 records' }).click()
      await page.getByRole('heading', { name: 'Are 200 records of list really gone?' }).waitFor()
      await page.getByRole('button', { name: 'No, keep them' }).click()
      await page
        .getByText(`200 records that were not seen stay as they were: decided by ${person.email}`)
        .waitFor()
      change('machines.csv', rows(1, 101))
      await sync(lab, 'list')
      await page.goto(`${server.address}/runs`)
      await page.getByText('decision needed').waitFor()
      await page.getByRole('row').nth(1).getByRole('link').first().click()
      await page.getByRole('button', { name: 'Yes, they are gone' }).click()
      await page.getByText(`199 records were marked as gone: decided by ${person.email}`).waitFor()
    })

    await step('a sync is watched live, from its first record to its end', async () => {
      await page.goto(`${server.address}/runs`)
      await page.getByRole('link', { name: '#1', exact: true }).waitFor()
      await server.call('POST', '/sources/sync', { names: ['long'] })
      const progress = page.getByRole('progressbar', { name: 'Reading long' }).first()
      await progress.waitFor({ state: 'attached' })
      await page
        .getByText(/[1-9],\d{3} records/)
        .first()
        .waitFor()
      await progress.waitFor({ state: 'detached', timeout: 40_000 })
      await page.getByText('11,000').first().waitFor()
    })

    await step('hosts are reviewed with the keyboard alone, however quickly one types', async () => {
      await sync(lab, 'leases')
      await page.goto(`${server.address}/hosts?status=pending`)
      await inGrid('Hosts', 'phone-1').waitFor()
      await grid('Hosts').focus()
      // The newest is first: 6 is approved, 5 is left out, 4 rejected, 3 approved, which is taken back.
      for (const key of ['j', 'a', 'j', 'r', 'a', 'u']) await page.keyboard.press(key)
      await inGrid('Hosts', 'phone-6').waitFor({ state: 'detached' })
      await page.getByText('Taken back: Approved phone-3.').waitFor()
      await page.goto(`${server.address}/hosts?status=approved`)
      await inGrid('Hosts', 'phone-6').waitFor()
      await inGrid('Hosts', 'phone-3').waitFor({ state: 'detached' })
      await page.goto(`${server.address}/hosts?status=rejected`)
      await inGrid('Hosts', 'phone-4').waitFor()
      await page.goto(`${server.address}/hosts?status=pending`)
      for (const left of ['phone-5', 'phone-3', 'phone-2', 'phone-1']) await inGrid('Hosts', left).waitFor()
    })

    await step('what another process and a source tell shows on an open page', async () => {
      const { code, errors } = await rollcall(folder, 'host update 00:1b:21:3c:00:02 --status approved')
      assert.equal(code, 0, errors)
      await inGrid('Hosts', 'phone-2').waitFor({ state: 'detached' })
      change('dnsmasq.leases', leases(20))
      await sync(lab, 'leases')
      await inGrid('Hosts', 'phone-20').waitFor()
    })

    await step('many new machines are told as a number, and settled at once', async () => {
      await page.goto(server.address)
      const told = page.getByText('14 machines are new')
      await told.waitFor()
      await page.getByRole('button', { name: 'Mark all as seen' }).click()
      await page.getByRole('button', { name: 'Mark as seen', exact: true }).click()
      await told.first().waitFor({ state: 'detached' })
    })

    await step(
      'the palette goes anywhere with the keyboard, and what is typed at once is its own',
      async () => {
        await page.goto(`${server.address}/hosts`)
        await inGrid('Hosts', 'phone-1').waitFor()
        await page.keyboard.press('Control+k')
        const field = page.getByRole('combobox', { name: 'Search and run' })
        await field.fill('web-0042')
        await page.getByRole('option', { name: /^web-0042/ }).waitFor()
        await page.keyboard.press('Enter')
        await page.getByRole('heading', { name: 'web-0042' }).waitFor()
        await page.keyboard.press('Control+k')
        await page.keyboard.type('web-0043')
        await page.getByRole('option', { name: /^web-0043/ }).waitFor()
        await page.keyboard.press('Enter')
        await page.getByRole('heading', { name: 'web-0043' }).waitFor()
      },
    )

    await step('when the server goes the page says so', async () => {
      await server.stop()
      await page
        .getByText(/not answer|offline|connection/i)
        .first()
        .waitFor()
      page.troubles.length = 0
    })
  },
)
