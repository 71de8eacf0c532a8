/** Things that are put together until each is in one set: the plainest way to say which are the same. */
export class Joining {
  readonly #parent: number[]

  constructor(size: number) {
    this.#parent = Array.from({ length: size }, (_, index) => index)
  }

  find(index: number): number {
    let root = index
    while (this.#parent[root] !== root) root = this.#parent[root]!
    this.#parent[index] = root
    return root
  }

  join(left: number, right: number): void {
    this.#parent[this.find(left)] = this.find(right)
  }

  sets<T>(items: readonly T[]): T[][] {
    return [...Map.groupBy(items.keys(), (index) => this.find(index)).values()].map((indexes) =>
      indexes.map((index) => items[index]!),
    )
  }
}
