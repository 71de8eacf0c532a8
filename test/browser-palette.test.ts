import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noBrowser, type BrowserPage } from '#test/browser-lab.ts'
import { openWebLab, setUp, stepsOf, sync } from '#test/web-lab.ts'

const rows = Array.from(
  { length: 60 },
  (_, at) => `web-${String(at).padStart(4, '0')},vm,00:1b:21:00:00:${at.toString(16).padStart(2, '0')}\n`,
)
const files = {
  'machines.csv': 'name,type,mac\n' + rows.join(''),
  'dnsmasq.leases': '4102444800 00:1b:21:3c:00:01 192.0.2.1 phone-1 *\n',
  'rollcall.yaml': [
    'sources:',
    '  - { name: list, type: csv, path: ./machines.csv }',
    '  - { name: leases, type: dnsmasq, path: ./dnsmasq.leases }',
    '',
  ].join('\n'),
}

/** Keeps what the page asks for on the way until the returned function is called. */
async function hold(page: BrowserPage, what: RegExp): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  await page.route(what, (route) => promise.then(() => route.continue()))
  return resolve
}

/** Whatever is slow, the palette does what its keys say, in their order. */
test(
  'what is typed at once is the palette’s own, however slow all is',
  { skip: noBrowser },
  async (context) => {
    const lab = await openWebLab(context, files)
    const { page, server } = lab
    const step = stepsOf(context, lab)
    const field = page.getByRole('combobox', { name: 'Search and run' })
    const heading = (name: string) => page.getByRole('heading', { name, exact: true }).waitFor()
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key)
    }
    const openHosts = async () => {
      await page.goto(`${server.address}/hosts`)
      await page.getByRole('grid', { name: 'Hosts' }).getByText('phone-1', { exact: true }).waitFor()
      await page.getByRole('grid', { name: 'Hosts' }).focus()
    }

    await step('set-up', async () => {
      await setUp(lab)
      await sync(lab, 'list', 'leases')
    })

    await step('keys before its file is there are its text, and none of the page', async () => {
      const release = await hold(page, /\/assets\/palette[^/]*\.js/)
      await openHosts()
      await press('j', 'Control+k')
      await page.keyboard.type('gda')
      await press('Backspace', 'Backspace', 'Backspace')
      await page.keyboard.type('web-00433')
      await press('Backspace', 'Enter')
      assert.equal(await field.count(), 0)
      release()
      await heading('web-0043')
      await openHosts()
    })

    await step('Escape before its file is there closes it, and its text is gone', async () => {
      const release = await hold(page, /\/assets\/palette[^/]*\.js/)
      await openHosts()
      await press('Control+k')
      await page.keyboard.type('web-0043')
      await press('Escape', 'g', 'd')
      await heading('Devices')
      await press('Control+k')
      await page.keyboard.type('ph')
      release()
      await field.waitFor()
      assert.equal(await field.inputValue(), 'ph')
      await press('Escape')
      await field.waitFor({ state: 'detached' })
    })

    await step('its field has the focus at once, though no frame is drawn', async () => {
      await openHosts()
      await page.evaluate('window.requestAnimationFrame = () => 0')
      await press('Control+k')
      await page.keyboard.type('web-0045')
      await page.getByRole('option', { name: /^web-0045/ }).waitFor()
      assert.equal(await page.evaluate('document.activeElement.ariaLabel'), 'Search and run')
      await press('Enter')
      await heading('web-0045')
    })

    await step('what is typed blindly on a slow machine leads where it should', async () => {
      const machine = await page.context().newCDPSession(page)
      await openHosts()
      await machine.send('Emulation.setCPUThrottlingRate', { rate: 6 })
      for (const name of ['web-0041', 'web-0042', 'web-0044']) {
        await press('Control+k')
        await page.keyboard.type(name)
        await press('Enter')
        await heading(name)
      }
      await machine.detach()
    })

    await step('a focus that went elsewhere comes back with the next key', async () => {
      await press('Control+k')
      await page.keyboard.type('web')
      await page.evaluate('document.activeElement.blur()')
      await page.keyboard.type('-0046')
      await page.getByRole('option', { name: /^web-0046/ }).waitFor()
      assert.equal(await field.inputValue(), 'web-0046')
      await press('Enter')
      await heading('web-0046')
    })

    await step('Enter waits for what fits to the text that stands, and is for no other', async () => {
      await press('Control+k')
      await page.keyboard.type('web-005')
      await page.getByRole('option', { name: /^web-0050/ }).waitFor()
      const release = await hold(page, /\/devices\?.*q=web-005[78]/)
      await page.keyboard.type('8')
      await press('Enter', 'Backspace')
      await page.keyboard.type('7')
      await press('Enter')
      release()
      await heading('web-0057')
    })
  },
)
