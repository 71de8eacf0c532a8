/** Repeatable chance: the same seed gives the same estate on every machine, whatever its Math.random. */
export class Random {
  #state: number

  constructor(seed: number | string) {
    this.#state = typeof seed === 'number' ? seed >>> 0 : mixed(seed)
  }

  /** From 0 up to 1 (mulberry32: short, and even enough to choose cases by). */
  next(): number {
    this.#state = (this.#state + 0x6d_2b_79_f5) >>> 0
    let value = this.#state
    value = Math.imul(value ^ (value >>> 15), value | 1)
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61)
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from 0, below the limit. */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  chance(rate: number): boolean {
    return this.next() < rate
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }

  hex(digits: number): string {
    let text = ''
    while (text.length < digits) text += Math.floor(this.next() * 16).toString(16)
    return text
  }

  uuid(start = ''): string {
    const digits = start + this.hex(12 - start.length)
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${this.hex(3)}-${this.pick(['8', '9', 'a', 'b'])}${this.hex(3)}-${this.hex(12)}`
  }

  shuffled<T>(list: readonly T[]): T[] {
    const copy = [...list]
    for (let last = copy.length - 1; last > 0; last -= 1) {
      const other = this.below(last + 1)
      ;[copy[last], copy[other]] = [copy[other]!, copy[last]!]
    }
    return copy
  }
}

/** A number from a text: FNV-1a, then mixed once more so that like texts give unlike numbers. */
function mixed(text: string): number {
  let value = 0x81_1c_9d_c5
  for (let index = 0; index < text.length; index += 1)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01_00_01_93)
  value = Math.imul(value ^ (value >>> 16), 0x85_eb_ca_6b)
  return (value ^ (value >>> 13)) >>> 0
}
