import { toMilliseconds } from '#kernel/clock.ts'

// oxlint-disable-next-line no-control-regex -- control characters are what is taken out
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** Text from elsewhere, safe to print: a name from the network must not steer the terminal. */
export const safeText = (text: string): string => text.replace(controls, '\ufffd')

/** The same for text of several lines. */
export const safeLines = (text: string): string => text.split('\n').map(safeText).join('\n')

export const isTimestamp = (value: unknown): value is string =>
  typeof value === 'string' && timestamp.test(value)

const steps: readonly [limit: number, unit: number, name: string][] = [
  [90, 1, 's'],
  [90 * 60, 60, 'min'],
  [36 * 3600, 3600, 'h'],
  [60 * 86_400, 86_400, 'd'],
  [730 * 86_400, 30.44 * 86_400, 'months'],
  [Infinity, 365.25 * 86_400, 'years'],
]

/** `3 min ago`, `in 2 d`, `now`. */
export function relativeTime(at: string, now: string): string {
  const seconds = (toMilliseconds(now) - toMilliseconds(at)) / 1000
  const distance = Math.abs(seconds)
  if (distance < 5) return 'now'
  const [, unit, name] = steps.find(([limit]) => distance < limit)!
  const text = `${Math.round(distance / unit)} ${name}`
  return seconds >= 0 ? `${text} ago` : `in ${text}`
}

/** How many terminal cells a text takes; wide characters count as two. */
export function cellWidth(text: string): number {
  let width = 0
  for (const character of text) {
    if (/\p{Mark}/u.test(character)) continue
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        character,
      )
        ? 2
        : 1
  }
  return width
}

/** Cuts a text to a number of cells and says so by an ellipsis. */
export function fit(text: string, cells: number): string {
  if (cellWidth(text) <= cells) return text
  let kept = ''
  for (const character of text) {
    if (cellWidth(kept + character) > cells - 1) break
    kept += character
  }
  return `${kept}…`
}
