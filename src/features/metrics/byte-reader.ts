/** Takes back what a ByteWriter wrote, in the same order. */
export class ByteReader {
  position = 0
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  byte(): number {
    const value = this.#bytes[this.position]
    if (value === undefined) throw new RangeError('There is less in these bytes than they say')
    this.position += 1
    return value
  }

  count(): number {
    let value = 0
    for (let unit = 1; ; unit *= 128) {
      const next = this.byte()
      if (next < 128) return value + next * unit
      value += (next - 128) * unit
    }
  }

  integer(): number {
    const value = this.count()
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2
  }

  double(): number {
    const value = this.#bytes.readDoubleLE(this.position)
    this.position += 8
    return value
  }

  text(): string {
    return this.raw(this.count()).toString()
  }

  raw(length: number): Buffer {
    const bytes = this.#bytes.subarray(this.position, this.position + length)
    if (bytes.length < length) throw new RangeError('There is less in these bytes than they say')
    this.position += length
    return bytes
  }
}
