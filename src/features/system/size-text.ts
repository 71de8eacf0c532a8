const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB']

/** A number of bytes as people say it: `1.4 GB`. */
export function sizeText(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

const lengths = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
] as const

/** A number of milliseconds as people say it: `3 days`. */
export function timeText(milliseconds: number): string {
  const [length, word] = lengths.find(([each]) => milliseconds >= each) ?? [1000, 'second']
  const count = Math.round(milliseconds / length)
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
