import assert from 'node:assert/strict'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { noBrowser } from '#test/browser-lab.ts'
import { barriers } from '#test/browser-barriers.ts'
import { openWebLab, setUp, stepsOf, sync } from '#test/web-lab.ts'

const machines = [
  ['sw-1', 'switch'],
  ['sw-2', 'switch'],
  ['esx-1', 'server'],
  ['esx-2', 'server'],
  ['web-1', 'vm'],
  ['db-1', 'vm'],
  ['alone', 'server'],
].map(([name, type], at) => `${name},${type},00:1b:21:00:00:0${at + 1},192.0.2.${at + 1}`)

const files = {
  'machines.csv': ['name,type,mac,ip', ...machines, ''].join('\n'),
  'rollcall.yaml': 'sources:\n  - { name: list, type: csv, path: ./machines.csv }\n',
}

const cable = (parentPort: string, childPort: string) => ({
  links: [{ parentPort, childPort, protocols: ['lldp'] }],
})

/** Two hosts behind two switches, a machine on each, as sources of networks and of machines tell it. */
const relationships: readonly [parent: string, child: string, type: string, metadata: object][] = [
  ['sw-1', 'sw-2', 'connects_to', cable('Te1/1', 'Te2/1')],
  ['sw-1', 'esx-1', 'connects_to', cable('Gi1/0/4', 'vmnic0')],
  ['sw-2', 'esx-2', 'connects_to', cable('Gi2/0/7', 'vmnic0')],
  ['esx-1', 'web-1', 'hosts', {}],
  ['esx-2', 'db-1', 'hosts', {}],
]

/** Writes the relationships as a run leaves them; gives the number of each device. */
function relate(folder: string): Map<string, number> {
  const database = new DatabaseSync(path.join(folder, 'data', 'rollcall.db'))
  const rows = database.prepare('select id, name from devices').all() as { id: number; name: string }[]
  const ids = new Map(rows.map(({ id, name }) => [name, id]))
  const insert = database.prepare(
    `insert into device_relationships (parent_device_id, child_device_id, relationship_type, metadata,
       source_system, source_identifier, created_at, updated_at) values (?, ?, ?, ?, 'snmp', 'list', ?, ?)`,
  )
  const now = '2026-11-22T10:00:00.000Z'
  for (const [parent, child, type, metadata] of relationships)
    insert.run(ids.get(parent)!, ids.get(child)!, type, JSON.stringify(metadata), now, now)
  database.close()
  return ids
}

test('how devices hang together is seen, read and asked for', { skip: noBrowser }, async (context) => {
  const lab = await openWebLab(context, files)
  const { page, server, folder } = lab
  const step = stepsOf(context, lab)
  const picture = page.getByRole('img', { name: /A picture of/ })
  const details = page.getByRole('complementary', { name: 'Details' })
  let ids: ReadonlyMap<string, number> = new Map()
  const settled = async () => {
    await picture.and(page.locator(':not([aria-busy=true])')).waitFor()
  }

  await step('the graph is drawn, and a press on a device says what hangs on it', async () => {
    await setUp(lab)
    await sync(lab, 'list')
    ids = relate(folder)
    await page.keyboard.press('g')
    await page.keyboard.press('n')
    await page.getByText('6 devices, 5 relationships').waitFor()
    await settled()
    await page.goto(`${server.address}/topology?layout=layered&pick=${ids.get('sw-1')}`)
    await details.getByRole('heading', { name: 'sw-1' }).waitFor()
    await details.getByRole('button', { name: /esx-1.*Gi1\/0\/4 – vmnic0/ }).click()
    await details.getByRole('heading', { name: 'esx-1' }).waitFor()
    assert.deepEqual(await barriers(page), [])
  })

  await step('a kind of relationship can be left out, and the address keeps it', async () => {
    await page.goto(`${server.address}/topology`)
    await page.getByRole('button', { name: 'Hosting' }).click()
    await page.getByText('4 devices, 3 relationships').waitFor()
    await page.reload()
    await page.getByText('4 devices, 3 relationships').waitFor()
    await page.getByRole('button', { name: 'Hosting' }).click()
    await page.getByText('6 devices, 5 relationships').waitFor()
  })

  await step('what is near a device is shown, and a double click shows more', async () => {
    await page.getByRole('combobox', { name: 'Around this device' }).fill('web')
    await page.getByRole('option', { name: /web-1/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByLabel('How many steps away').selectOption('1')
    await page.getByLabel('Layout').selectOption('layered')
    await page.getByText('2 devices, 1 relationship', { exact: true }).waitFor()
    await picture.locator('canvas').first().waitFor()
    // What carries stands in the middle of the upper edge.
    const { x, y, width } = (await picture.boundingBox())!
    await page.mouse.dblclick(x + width / 2, y + 40)
    await page.getByText('3 devices, 2 relationships').waitFor()
  })

  await step('the list holds the same as the picture', async () => {
    await page.goto(`${server.address}/topology`)
    await page.getByText('6 devices, 5 relationships').waitFor()
    await page.keyboard.press('l')
    const lines = page.getByRole('table', { name: 'Relationships of the graph' })
    await lines.getByRole('row', { name: /sw-1 connected to sw-2 Te1\/1 – Te2\/1/ }).waitFor()
    assert.equal(await lines.getByRole('row').count(), 6)
    await page
      .getByRole('table', { name: 'Devices of the graph' })
      .getByRole('button', { name: 'sw-2' })
      .click()
    await details.getByRole('heading', { name: 'sw-2' }).waitFor()
    assert.deepEqual(await barriers(page), [])
  })

  await step('a device leads to the path to another, told step by step', async () => {
    await page.goto(`${server.address}/devices/${ids.get('web-1')}`)
    await page.getByRole('link', { name: /How is this connected to/ }).click()
    await page.getByRole('combobox', { name: 'To', exact: true }).fill('db')
    await page.getByRole('option', { name: /db-1/ }).waitFor()
    await page.keyboard.press('Enter')
    const steps = page.getByRole('list', { name: 'Steps of the path' })
    await steps.getByText('sw-1 (port Te1/1) is connected to sw-2 (port Te2/1)').waitFor()
    assert.match((await steps.textContent())!, /web-1 runs on esx-1.*esx-2 hosts db-1/)
    assert.match((await steps.textContent())!, /told by list, read just now/)
    // What lies on the way is drawn too, though it is not near web-1.
    await page.getByText('6 devices, 5 relationships').waitFor()
    assert.deepEqual(await barriers(page), [])
    await page.getByRole('button', { name: 'Clear: To' }).click()
    await page.getByRole('combobox', { name: 'To', exact: true }).fill('alone')
    await page.getByRole('option', { name: /alone/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('No path is known').waitFor()
  })
})
