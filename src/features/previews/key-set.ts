import { hash } from 'node:crypto'

/** Which keys have come before, in eight bytes each: of two that may be the same it knows no more than that. */
export class KeySet {
  #high = new Uint32Array(1 << 12)
  #low = new Uint32Array(1 << 12)
  #size = 0

  /** Takes a key; true when this one, or in one of very many cases another, was there before. */
  add(key: string): boolean {
    const [high, low] = fingerprint(key)
    if (this.#put(high, low)) return true
    this.#size += 1
    if (this.#size * 4 > this.#high.length * 3) this.#grow()
    return false
  }

  #put(high: number, low: number): boolean {
    const mask = this.#high.length - 1
    for (let at = low & mask; ; at = (at + 1) & mask) {
      if (this.#high[at] === high && this.#low[at] === low) return true
      if (this.#high[at] !== 0 || this.#low[at] !== 0) continue
      this.#high[at] = high
      this.#low[at] = low
      return false
    }
  }

  #grow(): void {
    const [high, low] = [this.#high, this.#low]
    this.#high = new Uint32Array(high.length * 2)
    this.#low = new Uint32Array(low.length * 2)
    for (let at = 0; at < high.length; at += 1)
      if (high[at] !== 0 || low[at] !== 0) this.#put(high[at]!, low[at]!)
  }
}

/** 64 bits that differ for different texts, never all zero. */
function fingerprint(key: string): [high: number, low: number] {
  const digest = hash('sha1', key, 'buffer')
  return [digest.readUInt32LE(0), digest.readUInt32LE(4) || 1]
}
