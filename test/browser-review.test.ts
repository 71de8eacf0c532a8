import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { noBrowser } from '#test/browser-lab.ts'
import { openWebLab, setUp, stepsOf, sync } from '#test/web-lab.ts'

const heading = 'name,type,mac,serial,vendor,os\n'
const files = {
  'plan.csv': `${heading}${[
    'web-01,server,00:1b:21:00:00:01,CZJ1234XYZ,Dell,Debian 12',
    'web-02,server,00:1b:21:00:00:02,CZJ1235XYZ,Dell,Debian 12',
    'web-03,server,00:1b:21:00:00:03,,Dell,Debian 12',
    'web-04,server,00:1b:21:00:00:04,,Dell,Debian 12',
    '',
  ].join('\n')}`,
  'audit.csv': `${heading}${[
    'web-01,server,00:1b:21:00:00:01,CZJ1234XYZ,Dell Inc.,Debian 13',
    'www-02,server,00:1b:21:00:00:92,,Dell,Debian 12',
    '',
  ].join('\n')}`,
  'rollcall.yaml': [
    'sources:',
    '  - { name: plan, type: csv, path: ./plan.csv }',
    '  - { name: audit, type: csv, path: ./audit.csv }',
    '',
  ].join('\n'),
}

/** Two pairs that wait, as a run leaves them. */
function doubt(folder: string): void {
  const database = new DatabaseSync(path.join(folder, 'data', 'rollcall.db'))
  const find = database.prepare(
    'select id from source_records where source_identifier = ? and source_id like ?',
  )
  const record = (source: string, name: string) => (find.get(source, `%${name}%`) as { id: number }).id
  const insert = database.prepare(
    `insert into identity_reviews (kind, subject, left_record_id, right_record_id, score, evidence, created_at, updated_at)
     values (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const now = '2026-11-22T10:00:00.000Z'
  const evidence = '["Almost the same name","The MAC address differs"]'
  for (const [kind, left, right, score] of [
    ['maybe-same', record('plan', 'web-02'), record('audit', 'www-02'), 0.71],
    ['clone', record('plan', 'web-03'), record('plan', 'web-04'), 0.55],
  ] as const)
    insert.run(kind, `${kind} ${left} ${right}`, left, right, score, evidence, now, now)
  database.close()
}

test('what rules cannot decide is decided on the page of reviews', { skip: noBrowser }, async (context) => {
  const lab = await openWebLab(context, files)
  const { page, server, folder } = lab
  const step = stepsOf(context, lab)
  const queue = page.getByRole('list', { name: 'Pairs in doubt' })
  /** What is decided shows at once; the server is told then. */
  const settles = async (where: string, count: number) => {
    for (;;) {
      const { answer } = await server.call<{ items: unknown[] }>('GET', where)
      if (answer.items.length === count) return
      await page.waitForTimeout(50)
    }
  }

  await step('pairs stand side by side, with what agrees and what differs', async () => {
    await setUp(lab)
    await sync(lab, 'plan', 'audit')
    doubt(folder)
    await page.keyboard.press('g')
    await page.keyboard.press('v')
    await queue.getByText('www-02').waitFor()
    const table = page.getByRole('table', { name: 'Side by side' })
    await table.getByRole('row', { name: /MAC addresses .*differs/ }).waitFor()
    await table
      .getByRole('row', { name: /Operating system|OS.*agrees/ })
      .first()
      .waitFor()
    await page.getByText('Almost the same name').waitFor()
  })

  await step('keys decide, and take back', async () => {
    await page.keyboard.press('m')
    await page.getByText('web-02 and www-02: the same machine.').waitFor()
    await queue.getByText('www-02').waitFor({ state: 'detached' })
    await page.getByText('in doubt', { exact: false }).first().waitFor()
    await page.keyboard.press('u')
    await queue.getByText('www-02').waitFor()
    await settles('/reviews', 2)
    await page.keyboard.press('Control+a')
    await page.getByText('2 pairs selected').waitFor()
    await page.keyboard.press('a')
    await page.getByText('Nothing is in doubt').waitFor()
    await settles('/decisions?kind=apart', 2)
  })

  await step('contradictions are settled with one press', async () => {
    await page.getByRole('button', { name: 'Conflicts' }).click()
    const claims = page.getByRole('list', { name: /What sources say/ }).first()
    await claims.getByText('Debian 13').waitFor()
    await claims.getByRole('button', { name: 'Believe here' }).last().click()
    await page.getByText('No contradictions').waitFor()
    await page.getByRole('button', { name: 'Rules' }).click()
    await page
      .getByRole('list', { name: 'Rules about fields' })
      .getByText(/believes/)
      .waitFor()
  })

  await step('a device says why it is one, and is split and parted there', async () => {
    await page.goto(`${server.address}/devices`)
    await page.getByRole('link', { name: 'web-01' }).first().click()
    const why = page.getByRole('region', { name: /Why one device/ })
    await why
      .getByText(/Same serial number/)
      .first()
      .waitFor()
    await page.getByRole('button', { name: 'forget rule' }).click()
    await page.getByText('sources disagree').waitFor()
    await page
      .getByRole('row', { name: /Debian/ })
      .getByRole('button', { name: 'lock' })
      .click()
    await page
      .getByText(/locked by/)
      .first()
      .waitFor()
    await why.getByRole('button', { name: 'not this device' }).last().click()
    await page.getByRole('button', { name: 'Split', exact: true }).click()
    await page.getByText('is a device of its own now').waitFor()
    await settles('/decisions?kind=apart', 3)
  })
})
