/** Which keys have come before, in eight bytes each: of two that may be the same it knows no more than that. */
export class KeySet {
  #high = new Uint32Array(1 << 12)
  #low = new Uint32Array(1 << 12)
  #size = 0

  /** Takes a key; true when this one, or in one of very many cases another, was there before. */
  add(key: string): boolean {
    mix(key)
    if (this.#put(mixed.high, mixed.low)) return true
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

const mixed = { high: 0, low: 0 }

/** 64 bits of a text, never all zero: two sums that go through its characters with different factors. */
function mix(key: string): void {
  let [high, low] = [0x9e3779b9, 0x85ebca6b]
  for (let at = 0; at < key.length; at += 1) {
    const character = key.charCodeAt(at)
    high = Math.imul(high ^ character, 2_654_435_761)
    low = Math.imul(low ^ character, 1_597_334_677)
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909)
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909)
  mixed.high = high >>> 0
  mixed.low = low >>> 0 || 1
}
