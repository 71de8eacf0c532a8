const number = new Intl.NumberFormat('en')
const dateTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
const shortDateTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })

export const formatNumber = (value: number): string => number.format(value)

/** `1 device`, `3 devices`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${formatNumber(count)} ${count === 1 ? one : many}`

export const formatTime = (at: string): string => dateTime.format(new Date(at))
export const formatShortTime = (at: string): string => shortDateTime.format(new Date(at))

/** `just now`, `5 min ago`, `in 2 h`, and the day for what is older than a month. */
export function formatAgo(at: string, now = Date.now()): string {
  const seconds = Math.round((now - Date.parse(at)) / 1000)
  const size = Math.abs(seconds)
  const said = (text: string) => (seconds < 0 ? `in ${text}` : `${text} ago`)
  if (size < 45) return seconds < -25 ? `in ${size} s` : 'just now'
  if (size < 3_570) return said(`${Math.round(size / 60)} min`)
  if (size < 84_600) return said(`${Math.round(size / 3_600)} h`)
  if (size < 31 * 86_400) return said(`${Math.round(size / 86_400)} d`)
  return at.slice(0, 10)
}

/** `4 s`, `2 min 5 s`, `3 h 12 min`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

export function formatBytes(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** step
  return `${value >= 100 || step === 0 ? Math.round(value) : Number(value.toFixed(1))} ${units[step]}`
}

/** `98 %`, `3.4 %`. */
export const formatPercent = (value: number): string => `${short(value)} %`

/** `12.3 MiB/s`. */
export const formatRate = (bytesPerSecond: number): string => `${formatBytes(bytesPerSecond)}/s`

/** A measured figure as long as it tells something: `128`, `12.3`, `0.04`. */
export function short(value: number): string {
  const size = Math.abs(value)
  return number.format(Number(value.toFixed(size >= 100 ? 0 : size >= 1 ? 1 : 2)))
}

/** How long something runs already: `45 min`, `5 h`, `12 d 4 h`. */
export function formatUptime(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  if (minutes < 120) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h`
  return hours % 24 === 0 || hours > 60 * 24
    ? `${formatNumber(Math.floor(hours / 24))} d`
    : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

export const formatMegabytes = (megabytes: number): string => formatBytes(megabytes * 1_048_576)

/** `network_device` as people read it: `network device`. */
export const inWords = (name: string): string => name.replaceAll(/[_-]/g, ' ')

/** `network device` at the beginning of a line: `Network device`. */
export const capitalised = (text: string): string => (text[0]?.toUpperCase() ?? '') + text.slice(1)

/** Any fact as one line of text; empty for nothing. */
export function formatValue(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(formatValue).join(', ')
  return JSON.stringify(value)
}
