/** A sum that does not lose the small ones among many (Kahan, Neumaier's way). */
export class ExactSum {
  #sum = 0
  #lost = 0

  add(value: number): void {
    const next = this.#sum + value
    this.#lost += Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - next + value : value - next + this.#sum
    this.#sum = next
  }

  get value(): number {
    return this.#sum + this.#lost
  }
}

/** The exact sum of some values. */
export function sumOf(values: Iterable<number>): number {
  const sum = new ExactSum()
  for (const value of values) sum.add(value)
  return sum.value
}
