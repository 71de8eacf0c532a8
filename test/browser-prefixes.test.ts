import { test } from 'node:test'
import { noBrowser } from '#test/browser-lab.ts'
import { sampleNetbox, startFakeNetbox } from '#test/fakes/netbox.ts'
import { openWebLab, setUp, stepsOf, sync } from '#test/web-lab.ts'

const machines = [
  'name,type,mac,ip',
  'web-01,server,00:1b:21:00:00:01,198.51.100.1/25',
  'web-02,server,00:1b:21:00:00:02,198.51.100.2/25',
  'twin,server,00:1b:21:00:00:03,198.51.100.2/25',
  '',
].join('\n')
const leases = [
  '4102444800 00:1b:21:3c:00:10 198.51.100.9 tablet *',
  '4102444800 02:1b:21:3c:00:11 198.51.100.3 phone *',
  '',
].join('\n')

test('free addresses are found on the page of prefixes', { skip: noBrowser }, async (context) => {
  const plan = sampleNetbox()
  plan['/ipam/prefixes/'] = [
    { id: 1, prefix: '198.51.0.0/16', status: { value: 'container' }, description: 'Campus' },
    { id: 2, prefix: '198.51.100.0/24', status: { value: 'active' }, description: 'Office' },
  ]
  const netbox = await startFakeNetbox(plan)
  context.after(() => netbox.close())
  const lab = await openWebLab(context, {
    'machines.csv': machines,
    'dnsmasq.leases': leases,
    'rollcall.yaml': [
      'sources:',
      '  - { name: list, type: csv, path: ./machines.csv }',
      '  - { name: leases, type: dnsmasq, path: ./dnsmasq.leases }',
      `  - { name: plan, type: netbox, url: '${netbox.url}', token: '${netbox.token}' }`,
      '',
    ].join('\n'),
  })
  const { page } = lab
  const step = stepsOf(context, lab)
  const table = page.getByRole('table', { name: 'Prefixes', exact: true })

  await step('prefixes are listed below what holds them', async () => {
    await setUp(lab)
    await sync(lab, 'list', 'leases', 'plan')
    await page.keyboard.press('g')
    await page.keyboard.press('p')
    await page.getByRole('heading', { name: 'Prefixes' }).waitFor()
    await table.getByRole('row', { name: /198\.51\.100\.0\/25 1 conflict/ }).waitFor()
  })

  await step('an address finds what it lies in, and the address keeps what was asked', async () => {
    await page.getByRole('searchbox').fill('198.51.100.77')
    await page.keyboard.press('Enter')
    await page.getByText('3 prefixes', { exact: true }).waitFor()
    await page.getByLabel('Order').selectOption('-used')
    await page.reload()
    await table.getByRole('row').nth(1).getByText('198.51.100.0/25').waitFor()
  })

  await step('a large prefix shows where it is full, and leads there by keyboard', async () => {
    await table.getByRole('link', { name: '198.51.0.0/16' }).click()
    const map = page.getByRole('table', { name: 'Parts of 198.51.0.0/16' })
    await map.getByRole('button', { name: '198.51.0.0/24: nothing used' }).focus()
    for (let at = 0; at < 6; at += 1) await page.keyboard.press('ArrowDown')
    for (let at = 0; at < 4; at += 1) await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: '198.51.100.0/24' }).waitFor()
  })

  await step('each address says what is the case with it, and a conflict who is involved', async () => {
    await page.reload()
    const map = page.getByRole('table', { name: 'Addresses of 198.51.100.0/24' })
    await map.getByRole('button', { name: /^198\.51\.100\.2, conflict: / }).click()
    const chosen = page.getByLabel('The chosen address')
    await chosen.getByText('twin').waitFor()
    await map.getByRole('button', { name: '198.51.100.3, seen on the network: phone' }).waitFor()
    await page.getByText(/198\.51\.100\.2 is claimed by/).waitFor()
    await page.keyboard.press('ArrowRight')
    await chosen.getByRole('link', { name: 'phone' }).waitFor()
    await page.getByRole('list', { name: 'Addresses' }).getByText('198.51.100.10 – 198.51.100.254').waitFor()
  })

  await step('the next free addresses are those that nobody had', async () => {
    const next = page.getByRole('list', { name: 'Next free addresses' })
    await next.getByText('198.51.100.4', { exact: true }).waitFor()
    await next.getByRole('button', { name: 'Copy 198.51.100.4' }).click()
    await next.getByRole('button', { name: 'Copied' }).waitFor()
    await page.getByRole('list', { name: 'Sources' }).getByText('leases').waitFor()
  })

  await step('an address of a device leads to its prefix', async () => {
    await chosenDevice()
    await page.getByRole('link', { name: '198.51.100.1/25' }).click()
    await page.getByRole('heading', { name: '198.51.100.0/25' }).waitFor()
    await page.getByLabel('The chosen address').getByText('198.51.100.1').waitFor()
  })

  async function chosenDevice(): Promise<void> {
    const map = page.getByRole('table', { name: 'Addresses of 198.51.100.0/24' })
    await map.getByRole('button', { name: '198.51.100.1, has a device: web-01' }).click()
    await page.getByLabel('The chosen address').getByRole('link', { name: 'web-01' }).click()
    await page.getByRole('heading', { name: 'web-01' }).waitFor()
  }
})
