import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noBrowser } from '#test/browser-lab.ts'
import { openWebLab, setUp, stepsOf } from '#test/web-lab.ts'

const files = {
  'machines.csv': 'name,type,mac\nweb-01,vm,00:1b:21:00:00:01\n',
  'rollcall.yaml': 'sources: [{ name: list, type: csv, path: ./machines.csv, schedule: "@hourly" }]\n',
}

test('work is had done at times on the page of schedules', { skip: noBrowser }, async (context) => {
  const lab = await openWebLab(context, files)
  const { page, server } = lab
  const step = stepsOf(context, lab)
  const table = page.getByRole('table', { name: 'Schedules' })
  const times = page.getByRole('list', { name: 'Next times' })
  const more = async (what: string) => {
    await page.getByRole('button', { name: 'More for Read the list at night' }).click()
    await page.getByRole('menuitem', { name: what }).click()
  }

  await step('set-up', async () => {
    await setUp(lab)
    await page.keyboard.press('g')
    await page.keyboard.press('e')
    await page.getByRole('heading', { name: 'Schedules' }).waitFor()
    await table.getByText('Back up the database').waitFor()
    await table.getByText('Read list').waitFor()
  })

  await step('a form shows the next times of what is entered, and what is wrong with it', async () => {
    await page.getByRole('button', { name: 'New schedule' }).click()
    await page.getByLabel('Name').fill('Read the list at night')
    await page.getByLabel('Work').selectOption('sync')
    await page.getByLabel('Time zone').fill('Europe/Berlin')
    await page.getByLabel('Cron expression').fill('30 2 29 3 *')
    await times
      .getByText(/29 Mar \d+, 02:30|29 Mar \d+, 03:00/)
      .first()
      .waitFor()
    assert.equal(await times.getByRole('listitem').count(), 5)
    await page.getByLabel('Cron expression').fill('61 2 * * *')
    await page.getByText(/Expected a cron expression/).waitFor()
    // The browser notes that the server refused that pattern, and nothing else.
    for (const trouble of page.troubles.splice(0)) assert.match(trouble, /status of 422/)
    await page.getByLabel('Cron expression').fill('30 2 * * *')
    await page.getByRole('button', { name: 'Add window' }).click()
    await page.getByRole('button', { name: 'Mon', exact: true }).click()
    await times
      .getByText(/^(Mon|Sat|Sun), /)
      .first()
      .waitFor()
  })

  await step('a schedule is made, run, switched off and deleted', async () => {
    await page.getByRole('button', { name: 'Make schedule' }).click()
    await table.getByText('Read the list at night').waitFor()
    await more('Run now')
    await page.getByText('Read the list at night is begun').waitFor()
    await more('Switch off')
    await table.getByText('switched off').waitFor()
    const { answer } = await server.call<{ items: { name: string }[] }>('GET', '/jobs')
    assert.ok(answer.items.some(({ name }) => name === 'Read the list at night'))
    await more('Delete')
    await page.getByRole('button', { name: 'Delete schedule' }).click()
    await table.getByText('Read the list at night').waitFor({ state: 'detached' })
  })
})
