import { test } from 'node:test'
import { noBrowser } from '#test/browser-lab.ts'
import { startFakeOceanstor } from '#test/fakes/oceanstor.ts'
import { sampleArray } from '#test/fakes/oceanstor-world.ts'
import { startFakeOntap } from '#test/fakes/ontap.ts'
import { sampleCluster } from '#test/fakes/ontap-world.ts'
import { openWebLab, setUp, stepsOf, sync } from '#test/web-lab.ts'

test('storage is looked through on the page of volumes', { skip: noBrowser }, async (context) => {
  const array = await startFakeOceanstor(sampleArray(12))
  const cluster = await startFakeOntap(sampleCluster(12))
  context.after(() => Promise.all([array.close(), cluster.close()]))
  array.array.lists['/lun']![0]!['ALLOCCAPACITY'] = '2083059138'
  const source = (name: string, type: string, fake: { url: string; username: string; password: string }) =>
    `  - { name: ${name}, type: ${type}, url: '${fake.url}', username: ${fake.username}, password: '${fake.password}' }`
  const lab = await openWebLab(context, {
    'rollcall.yaml': `sources:\n${source('dorado', 'oceanstor', array)}\n${source('netapp', 'ontap', cluster)}\n`,
  })
  const { page } = lab
  const step = stepsOf(context, lab)
  const table = page.getByRole('table', { name: 'Volumes' })

  await step('arrays and volumes are listed, the fullest first', async () => {
    await setUp(lab)
    await sync(lab, 'dorado', 'netapp')
    await page.keyboard.press('g')
    await page.keyboard.press('l')
    await page.getByRole('heading', { name: 'Volumes' }).waitFor()
    await page.getByRole('table', { name: 'Arrays' }).getByText('dorado-1').waitFor()
    await table.getByRole('row').nth(1).getByText('lun-11').waitFor()
    await table.getByRole('row').nth(1).getByText('97 %').waitFor()
  })

  await step('a filter narrows the list, and the address keeps it', async () => {
    await page.getByLabel('Kind').selectOption('qtree')
    await table.getByText('projects').waitFor()
    await table.getByText('lun-11').waitFor({ state: 'detached' })
    await page.getByLabel('Kind').selectOption('')
    await page.getByRole('searchbox').fill('naa.6a08cf810075766e1efc050700000012')
    await page.keyboard.press('Enter')
    await table.getByText('lun-12').waitFor()
    await page.getByText('1 volume', { exact: true }).waitFor()
    await page.reload()
    await table.getByText('lun-12').waitFor()
  })

  await step('a volume leads down to its pool and its array', async () => {
    await table.getByRole('link', { name: 'lun-12' }).click()
    await page.getByRole('heading', { name: 'lun-12' }).waitFor()
    await page.getByRole('list', { name: 'What it lies on' }).getByText('pool-block').waitFor()
    await page.getByRole('list', { name: 'What it lies on' }).getByRole('link', { name: 'dorado-1' }).click()
    await page.getByRole('heading', { name: 'dorado-1' }).waitFor()
    await page.getByRole('link', { name: 'volumes of its own' }).click()
    await page.getByText('18 volumes', { exact: true }).waitFor()
  })
})
