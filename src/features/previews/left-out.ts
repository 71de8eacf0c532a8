/** What was asked for and is no row, by why. */
export type LeftOut = Map<string, { rows: number; examples: string[] }>

const examplesTold = 3
const longestExample = 80

/** Leaves out so many more for a reason. Some of them are named, as a person would look for them. */
export function leaveOut(all: LeftOut, reason: string, rows: number, named: Iterable<string> = []): void {
  const found = all.get(reason) ?? { rows: 0, examples: [] }
  found.rows += rows
  for (const each of named) {
    if (found.examples.length >= examplesTold) break
    const example = each.length > longestExample ? `${each.slice(0, longestExample)}…` : each
    if (!found.examples.includes(example)) found.examples.push(example)
  }
  all.set(reason, found)
}
