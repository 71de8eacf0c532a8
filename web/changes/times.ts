/** How far back, as the server reads it, and in words. */
export const spans = [
  ['1h', 'Last hour'],
  ['24h', 'Last 24 hours'],
  ['7d', 'Last 7 days'],
  ['30d', 'Last 30 days'],
  ['90d', 'Last 90 days'],
] as const

const two = (part: number) => String(part).padStart(2, '0')

/** A time as a field of the kind datetime-local wants it; empty for none and for what is no time. */
export function toLocalInput(text: string | undefined): string {
  if (text === undefined) return ''
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) return ''
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${date}T${two(at.getHours())}:${two(at.getMinutes())}`
}

/** What such a field holds as UTC; undefined for none. */
export function fromLocalInput(value: string): string | undefined {
  const at = new Date(value)
  return value === '' || Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}
