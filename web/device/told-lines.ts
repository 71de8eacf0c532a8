/** One line of a fact: where in it, and what stands there. */
export interface ToldLine {
  /** Empty for a fact that is one value. */
  path: string
  text: string
}

/**
 * A fact as lines: structured facts part by part, as queries name the parts (`release.full`), lists of values in one line.
 */
export function toldLines(value: unknown, path = ''): ToldLine[] {
  if (Array.isArray(value)) {
    if (value.every((item) => item === null || typeof item !== 'object'))
      return [{ path, text: value.map(plain).join(', ') || 'none' }]
    return value.flatMap((item, index) => toldLines(item, `${path}[${index}]`))
  }
  if (value !== null && typeof value === 'object') {
    const parts = Object.entries(value)
    if (parts.length === 0) return [{ path, text: 'none' }]
    return parts.flatMap(([name, part]) => toldLines(part, path === '' ? name : `${path}.${name}`))
  }
  return [{ path, text: plain(value) }]
}

const plain = (value: unknown): string =>
  value === null ? '' : typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
