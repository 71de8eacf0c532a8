import { existsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'
import { chromium, type Page } from 'playwright-core'

/** Where distributions put Chromium. */
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
]
const found = process.env.ROLLCALL_TEST_CHROMIUM ?? places.find((place) => existsSync(place))

/** Why the tests in a browser cannot run here; false where they can. */
export const noBrowser: string | false = found === undefined ? 'Chromium is not installed' : false

/** Without these a sandboxed machine's Chromium spends its time on calls home that fail. */
const quiet =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(
    ' ',
  )

export interface BrowserPage extends Page {
  /** What went wrong on the page: its own errors and those it wrote to the console. */
  troubles: string[]
}

/** A page of a fresh Chromium that ends with the test. */
export async function openPage(context: TestContext): Promise<BrowserPage> {
  const browser = await chromium.launch({ executablePath: found!, args: quiet })
  context.after(() => browser.close())
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  const troubles: string[] = []
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('console', (message) => {
    // The browser itself writes a line for each answer that is an error; being asked who one is is none.
    if (message.type() === 'error' && !/status of 401/.test(message.text())) troubles.push(message.text())
  })
  page.setDefaultTimeout(20_000)
  return Object.assign(page, { troubles })
}

/** Keeps a picture of what went wrong where the test can be looked at afterwards. */
export const pictureOf = (page: Page, name: string): Promise<unknown> =>
  page.screenshot({ path: path.join(os.tmpdir(), `rollcall-${name}.png`) }).catch(() => undefined)
