import { AppError } from '#kernel/errors.ts'
import type { Complaint } from '#kernel/errors.ts'

/** So many complaints are told one by one. */
const toldAtMost = 20

/** What is wrong with the rows of one source: the first of it in full, and how much there is. */
export class RowComplaints {
  readonly #first: Complaint[] = []
  readonly #from: string
  count = 0

  /** `from` names the source for people: `rows.csv`. */
  constructor(from: string) {
    this.#from = from
  }

  /** `path` says where: `line 3, column mac`. */
  add(path: string, value: unknown, expected: string): void {
    this.count += 1
    if (this.#first.length < toldAtMost) this.#first.push({ path, value: shortened(value), expected })
  }

  /** Throws ROWS_INVALID with what was found; nothing when all is well. */
  throwIfAny(hint?: string): void {
    if (this.count > 0) throw this.error(hint)
  }

  error(hint?: string): AppError {
    const many = this.count === 1 ? 'One thing is' : `${this.count.toLocaleString('en')} things are`
    return rowsInvalid(this.#from, `${many} wrong with the rows`, this.#first, hint)
  }
}

/** ROWS_INVALID for rows as a whole. */
export const rowsInvalid = (
  from: string,
  what: string,
  complaints: readonly Complaint[] = [],
  hint?: string,
): AppError =>
  new AppError('ROWS_INVALID', `${from}: ${what}`, {
    complaints,
    ...(hint === undefined ? {} : { hint }),
  })

/** One complaint as a line of text: `line 3, column mac: "x" is not a MAC address`. */
export const complaintLine = ({ path, value, expected }: Complaint): string =>
  value === undefined ? `${path}: ${expected}` : `${path}: ${JSON.stringify(value)}, expected ${expected}`

function shortened(value: unknown): unknown {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  if (value !== undefined && text.length > 100) return `${text.slice(0, 100)}…`
  return value
}
