import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { noBrowser } from '#test/browser-lab.ts'
import { openWebLab, setUp, stepsOf } from '#test/web-lab.ts'

const minute = 60_000

test('a machine becomes a server that is watched in the browser', { skip: noBrowser }, async (context) => {
  const lab = await openWebLab(context, { 'rollcall.yaml': 'sources: []\n' })
  const { page, server } = lab
  const step = stepsOf(context, lab)
  const heartbeat = (id: string, cpu: number, minutesAgo: number) => ({
    server_id: id,
    timestamp: new Date(Date.now() - minutesAgo * minute).toISOString(),
    backfill: minutesAgo > 0,
    interval_seconds: 60,
    metrics: { cpu_percent: cpu, memory_percent: 41, disk_percent: 97.5, load_1m: 0.25, power_watts: 90 },
    services: [{ name: 'backup.service', status: 'failed', status_reason: 'exit code 1' }],
  })
  const beat = async (id: string, cpu: number, hour: readonly number[] = []) => {
    const past = hour.map((minutesAgo) => heartbeat(id, minutesAgo, minutesAgo))
    const { status } = await server.call('POST', '/agents/heartbeat', [...past, heartbeat(id, cpu, 0)])
    assert.equal(status, 200)
  }
  const list = page.getByRole('grid', { name: 'Servers' })

  await step('one line adds a machine, and its first heartbeat is seen at once', async () => {
    await setUp(lab)
    await page.goto(`${server.address}/servers?add=agent`)
    await page.getByRole('button', { name: 'Make the command' }).click()
    await page.getByText(/install\.sh \| sh -s -- --token ri_/).waitFor()
    await page.getByText('Waiting for the first heartbeat').waitFor()
    await beat(
      'nas-01',
      12,
      Array.from({ length: 50 }, (_, at) => 50 - at),
    )
    await page.getByText('nas-01 answered').waitFor()
    await page.keyboard.press('Escape')
    await list.getByText('online').first().waitFor()
    await list.getByText('12 %').waitFor()
  })

  await step('figures change in the list without a touch', async () => {
    await beat('nas-01', 73)
    await list.getByText('73 %').waitFor()
  })

  await step('a server shows its charts, and a drag zooms into all of them', async () => {
    await list.getByRole('link', { name: 'nas-01' }).click()
    await page.getByRole('heading', { name: 'nas-01' }).waitFor()
    await page.getByRole('button', { name: '1h', exact: true }).click()
    const chart = page.getByRole('slider', { name: 'CPU over time' })
    await chart.locator('canvas').waitFor()
    const { x, y, width } = (await chart.boundingBox())!
    await page.mouse.move(x + width * 0.4, y + 80)
    await page.mouse.down()
    await page.mouse.move(x + width * 0.7, y + 80, { steps: 4 })
    await page.mouse.up()
    await page.getByRole('button', { name: 'Back to now' }).waitFor()
    const { searchParams } = new URL(page.url())
    const length = Date.parse(searchParams.get('to')!) - Date.parse(searchParams.get('from')!)
    assert.ok(length > 10 * minute && length < 30 * minute, `${length} ms are shown`)
  })

  await step('the keyboard goes through a chart, and the way back leads out of the zoom', async () => {
    const chart = page.getByRole('slider', { name: 'CPU over time' })
    await chart.focus()
    await page.keyboard.press('Home')
    const before = await chart.getAttribute('aria-valuetext')
    await page.keyboard.press('ArrowRight')
    assert.match(before!, /: CPU [\d.]+ %$/)
    assert.notEqual(await chart.getAttribute('aria-valuetext'), before)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Back to now' }).waitFor({ state: 'detached' })
  })

  await step('every figure is in a table too, and in a file', async () => {
    await page.getByRole('button', { name: 'CPU as a table' }).click()
    await page.getByRole('table', { name: 'CPU' }).getByText('25 %').first().waitFor()
    await page.getByRole('button', { name: 'Export' }).click()
    const loading = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'CSV' }).click()
    const lines = readFileSync(await (await loading).path(), 'utf8')
      .trim()
      .split('\r\n')
    assert.match(lines[0]!, /^time,cpu_percent,/)
    assert.ok(lines.length > 50, `${lines.length} lines`)
  })

  await step('what runs on it is told, the worst first', async () => {
    await page.getByRole('button', { name: 'System' }).click()
    await page.getByRole('table', { name: 'Services' }).getByText('exit code 1').waitFor()
  })

  await step('what it takes is said honestly, and what is wrong with it leads to its alert', async () => {
    await page.getByText('90 W, measured').waitFor()
    await page.getByRole('list', { name: 'Open alerts of this server' }).getByRole('link').first().waitFor()
  })

  await step('a paused server says so, and is called by the name that people give it', async () => {
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('nobody judges whether it answers').waitFor()
    await page.getByRole('button', { name: 'Resume' }).waitFor()
    await page.getByRole('button', { name: 'Edit' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Basement')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Basement' }).waitFor()
  })

  await step('servers stand beside one another', async () => {
    await beat('web-01', 55)
    await page.goto(`${server.address}/fleet/compare?ids=nas-01,web-01&range=1h`)
    await page.getByRole('button', { name: /^web-01 55 %/ }).waitFor()
    await page.getByRole('button', { name: /^Basement/ }).click()
    await page.goto(`${server.address}/fleet/heat?range=1h`)
    await page.getByRole('list', { name: 'Servers over time' }).getByText('web-01').click()
    await page.getByRole('heading', { name: 'web-01' }).waitFor()
  })

  await step('a device and its server lead to one another', async () => {
    const { answer } = await server.call<{ id: number }>('POST', '/devices', { name: 'nas', site: 'Graz' })
    await server.call('PATCH', '/servers/nas-01', { device: Number(answer.id) })
    await page.goto(`${server.address}/devices/${answer.id}`)
    await page.getByRole('link', { name: 'Charts of nas-01' }).click()
    await page.getByRole('link', { name: 'Device nas' }).waitFor()
    await page.goto(`${server.address}/servers?group=site`)
    await page.getByRole('table', { name: 'Servers by site' }).getByRole('button', { name: 'Graz' }).click()
    await list.getByText('Basement').waitFor()
    await list.getByText('web-01').waitFor({ state: 'detached' })
  })

  await step('the overview counts servers and what fires', async () => {
    await page.goto(server.address)
    const card = page.getByRole('region', { name: 'Monitoring' })
    await card.getByRole('navigation', { name: 'Firing alerts' }).getByText('Critical').waitFor()
    await card.getByRole('link', { name: /^online/ }).click()
    await list.getByText('web-01').waitFor()
  })
})
