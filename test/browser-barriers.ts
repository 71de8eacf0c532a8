import axe, { type AxeResults } from 'axe-core'
import type { BrowserPage } from '#test/browser-lab.ts'

/** Colours change at once: on their way to others they are neither. */
const atOnce = `{
  const sheet = new CSSStyleSheet()
  sheet.replaceSync('*, ::before, ::after { transition: none !important; animation: none !important }')
  document.adoptedStyleSheets = [sheet]
}`

/** A theme changes colours and nothing else, so the second one is asked about those only. */
const asked = {
  light: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
  dark: { type: 'rule', values: ['color-contrast'] },
} as const

/** What keeps people out, in either theme: one line for each kind and place. */
export async function barriers(page: BrowserPage): Promise<string[]> {
  const found: string[] = []
  await page.evaluate(atOnce)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    // Through the debugger, as the page itself may run nothing from elsewhere.
    if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source)
    const { violations } = (await page.evaluate(
      `axe.run(${JSON.stringify({ runOnly: asked[colorScheme], resultTypes: ['violations'], preload: false })})`,
    )) as AxeResults
    found.push(
      ...violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) =>
          nodes.map(
            (node) => `${colorScheme} ${id}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`,
          ),
        ),
    )
  }
  return found
}
