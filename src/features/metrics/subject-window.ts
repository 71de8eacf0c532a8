import { coreMetrics, type Entry } from '#model/sample.ts'
import { bucketOf, firstAtOrAfter, placeOf, type Points } from '#features/metrics/points.ts'

const width = coreMetrics.length
/** Rows by which memory grows: everybody grows at the same time, so a share would cost much at once. */
const growth = 32
/** A series that was silent for so long before the newest reading is none of the newest values; milliseconds. */
const silence = 600_000

/** The recent readings of one subject, in as few numbers as can be. */
export class SubjectWindow {
  /** The newest time at which we received something. */
  received = 0
  /** Buckets that hold what is in no chunk yet: the lowest number in the log of it, and how many readings came. */
  readonly unsealed = new Map<number, { since: number; count: number }>()
  #times = new Float64Array(growth)
  /** A row of core metrics a time; none for what is no server. */
  #core: Float64Array | undefined
  readonly #extras = new Map<string, Float64Array>()
  #size = 0

  get size(): number {
    return this.#size
  }

  get seriesCount(): number {
    return this.#extras.size
  }

  /**
   * False when nothing of it is new: of what was told twice the first stays. What one time is told of may come in
   * several parts.
   */
  add(entry: Entry, logId: number): boolean {
    const { at } = entry
    const index = this.#placeFor(at)
    const isKnown = index < this.#size && this.#times[index] === at
    if (!isKnown) this.#insert(index, at)
    const isFuller = this.#fill(index, entry)
    if (isKnown && !isFuller) return false
    const bucket = bucketOf(at)
    const open = this.unsealed.get(bucket)
    if (open === undefined) this.unsealed.set(bucket, { since: logId, count: 1 })
    else open.count += 1
    if (entry.received > this.received) this.received = entry.received
    return true
  }

  #insert(index: number, at: number): void {
    if (this.#size === this.#times.length) this.#resize(this.#size + growth)
    if (index < this.#size) this.#makeRoom(index)
    this.#size += 1
    this.#times[index] = at
    this.#core?.fill(Number.NaN, index * width, (index + 1) * width)
    for (const values of this.#extras.values()) values[index] = Number.NaN
  }

  /** Puts in what is not there yet; whether there was any. */
  #fill(index: number, { core, extra }: Entry): boolean {
    if (core.length > 0) this.#core ??= new Float64Array(this.#times.length * width).fill(Number.NaN)
    let isFuller = false
    for (let place = 0; place < core.length; place += 1) {
      const value = core[place]
      const cell = index * width + place
      if (value === null || value === undefined || !Number.isNaN(this.#core![cell]!)) continue
      this.#core![cell] = value
      isFuller = true
    }
    for (const key in extra) {
      const values = this.#series(key)
      if (!Number.isNaN(values[index]!)) continue
      values[index] = extra[key]!
      isFuller = true
    }
    return isFuller
  }

  /** Everything from a time on and before another. */
  points(from: number, to: number): Points {
    const [start, end] = [this.#placeFor(from), this.#placeFor(to)]
    const columns = new Map<string, number[]>()
    for (const name of [...coreMetrics, ...[...this.#extras.keys()].toSorted()]) {
      const values = this.#column(name, start, end)
      if (values.some((value) => !Number.isNaN(value))) columns.set(name, values)
    }
    return { times: Array.from(this.#times.subarray(start, end)), columns }
  }

  /** What one metric was since a time. */
  recent(metric: string, since: number): { times: number[]; values: number[] } {
    const start = this.#placeFor(since)
    const times: number[] = []
    const values: number[] = []
    for (const [offset, value] of this.#column(metric, start, this.#size).entries()) {
      if (Number.isNaN(value)) continue
      times.push(this.#times[start + offset]!)
      values.push(value)
    }
    return { times, values }
  }

  /** The newest value of each series, as far as it was told lately. */
  latest(): { at: number; values: Record<string, number> } | undefined {
    if (this.#size === 0) return undefined
    const at = this.#times[this.#size - 1]!
    const values: Record<string, number> = {}
    for (const name of this.#core === undefined ? [] : coreMetrics) this.#newest(name, at, values)
    for (const name of this.#extras.keys()) this.#newest(name, at, values)
    return { at, values }
  }

  /** The newest reading of core metrics; undefined for what is no server. */
  newestCore(): { at: number; core: (number | null)[] } | undefined {
    const at = this.#times[this.#size - 1]
    const core = at === undefined ? undefined : this.coreAt(at)
    return core && { at: at!, core }
  }

  /** The core metrics of a time, as far as they were told. */
  coreAt(at: number): (number | null)[] | undefined {
    const index = this.#placeFor(at)
    if (this.#core === undefined || index >= this.#size || this.#times[index] !== at) return undefined
    return Array.from(this.#core.subarray(index * width, (index + 1) * width), (value) =>
      Number.isNaN(value) ? null : value,
    )
  }

  /** A bucket is in a chunk, with as many readings as were counted then; what came meanwhile is still to do. */
  sealed(bucket: number, count: number): void {
    if (this.unsealed.get(bucket)?.count === count) this.unsealed.delete(bucket)
  }

  /** Forgets what is before a time and sealed; the newest reading stays. */
  trim(before: number): void {
    const oldest = Math.min(before, ...this.unsealed.keys())
    const start = Math.min(this.#placeFor(oldest), this.#size - 1)
    if (start < growth) return
    const rest = Math.ceil((this.#size - start) / growth) * growth
    this.#times = moved(this.#times, start, this.#size, rest, 1)
    if (this.#core) this.#core = moved(this.#core, start, this.#size, rest, width)
    for (const [key, values] of this.#extras) {
      const kept = moved(values, start, this.#size, rest, 1)
      if (kept.every(Number.isNaN)) this.#extras.delete(key)
      else this.#extras.set(key, kept)
    }
    this.#size -= start
  }

  #newest(name: string, at: number, values: Record<string, number>): void {
    for (let index = this.#size - 1; index >= 0 && at - this.#times[index]! <= silence; index -= 1) {
      const value = this.#at(name, index)
      if (!Number.isNaN(value)) {
        values[name] = value
        return
      }
    }
  }

  #at(name: string, index: number): number {
    const place = placeOf(name)
    if (place !== undefined && this.#core !== undefined) return this.#core[index * width + place]!
    return this.#extras.get(name)?.[index] ?? Number.NaN
  }

  #column(name: string, start: number, end: number): number[] {
    const values: number[] = []
    for (let index = start; index < end; index += 1) values.push(this.#at(name, index))
    return values
  }

  /** Mostly it comes last. */
  #placeFor(time: number): number {
    if (this.#size === 0 || this.#times[this.#size - 1]! < time) return this.#size
    return firstAtOrAfter(this.#times, time, this.#size)
  }

  #series(key: string): Float64Array {
    const known = this.#extras.get(key)
    if (known) return known
    const values = new Float64Array(this.#times.length).fill(Number.NaN)
    this.#extras.set(key, values)
    return values
  }

  #resize(rows: number): void {
    this.#times = moved(this.#times, 0, this.#size, rows, 1)
    if (this.#core) this.#core = moved(this.#core, 0, this.#size, rows, width)
    for (const [key, values] of this.#extras) this.#extras.set(key, moved(values, 0, this.#size, rows, 1))
  }

  #makeRoom(index: number): void {
    this.#times.copyWithin(index + 1, index, this.#size)
    this.#core?.copyWithin((index + 1) * width, index * width, this.#size * width)
    for (const values of this.#extras.values()) values.copyWithin(index + 1, index, this.#size)
  }
}

function moved(
  values: Float64Array,
  start: number,
  end: number,
  rows: number,
  stride: number,
): Float64Array<ArrayBuffer> {
  const target = new Float64Array(rows * stride).fill(Number.NaN, (end - start) * stride)
  target.set(values.subarray(start * stride, end * stride))
  return target
}
