import type { Json } from '#kernel/json.ts'

export type DateOrder = 'day-first' | 'month-first' | 'iso'

/** `3/4/2026`, `03.04.26`: two numbers that may be day and month, and a year. */
const numeric = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})$/

const months = 'January February March April May June July August September October November December'.split(
  ' ',
)

/** A cheap look before the expression is tried on millions of cells. */
function mayBeDate(text: string): boolean {
  if (text.length < 6 || text.length > 10) return false
  const first = text.charCodeAt(0)
  if (first < 48 || first > 57) return false
  const second = text.charCodeAt(1)
  const separator = second >= 48 && second <= 57 ? text.charCodeAt(2) : second
  return separator === 47 || separator === 46 || separator === 45
}

/** What the dates of one column look like. */
export class DateReadings {
  #example: string | undefined
  #ambiguous = 0
  #dayFirst = false
  #monthFirst = false

  look(text: string): void {
    if (!mayBeDate(text)) return
    const [, one, , two] = numeric.exec(text) ?? []
    if (one === undefined || two === undefined) return
    const [a, b] = [Number(one), Number(two)]
    if (a > 12 && a <= 31 && b >= 1 && b <= 12) this.#dayFirst = true
    else if (b > 12 && b <= 31 && a >= 1 && a <= 12) this.#monthFirst = true
    else if (a >= 1 && a <= 12 && b >= 1 && b <= 12 && a !== b) {
      this.#ambiguous += 1
      this.#example ??= text
    }
  }

  /** A sentence and the number of cells it is about, when they can be read in two ways. */
  warning(column: string): [text: string, cells: number] | undefined {
    if (this.#example === undefined) return undefined
    const [, one, , two, year] = numeric.exec(this.#example)!
    const readings = [
      `${Number(one)} ${months[Number(two) - 1]} ${year}`,
      `${Number(two)} ${months[Number(one) - 1]} ${year}`,
    ]
    const others =
      this.#dayFirst === this.#monthFirst
        ? ''
        : ` (other values of the column begin with the ${this.#dayFirst ? 'day' : 'month'})`
    return [
      `Column ${column}: "${this.#example}" may be ${readings.join(' or ')}${others}; it stays text until \`dates\` says which`,
      this.#ambiguous,
    ]
  }
}

/** A cell as an ISO date when it is a numeric one; undefined for a date that there is not in this order. */
export function readDate(cell: Json, order: DateOrder | undefined): Json | undefined {
  if (order === undefined || order === 'iso' || typeof cell !== 'string' || !mayBeDate(cell)) return cell
  const [, one, , two, year] = numeric.exec(cell) ?? []
  if (one === undefined || two === undefined || year === undefined) return cell
  const [day, month] = order === 'day-first' ? [Number(one), Number(two)] : [Number(two), Number(one)]
  const full = year.length === 4 ? Number(year) : 2000 + Number(year)
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(full, month)
  if (!isDate) return undefined
  return `${String(full).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}
