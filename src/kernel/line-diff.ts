/** A run of lines that are the same, only before, or only after. */
export interface DiffPart {
  is: 'same' | 'gone' | 'new'
  /** Where it begins in the lines before and after. */
  before: number
  after: number
  count: number
}

/** A stretch of lines before and of lines after that stand opposite. */
interface Stretch {
  before: number
  beforeEnd: number
  after: number
  afterEnd: number
}

/** Differences beyond this many are told as one replacement: nobody reads them, and finding the least takes long. */
const mostEdits = 1_000

/** How one list of lines becomes another: by lines that both have once, and between those by the fewest edits. */
export function diffLines(before: readonly string[], after: readonly string[]): DiffPart[] {
  const numbers = new Map<string, number>()
  const numberOf = (line: string): number => {
    const known = numbers.get(line)
    if (known !== undefined) return known
    numbers.set(line, numbers.size)
    return numbers.size - 1
  }
  const left = Int32Array.from(before, numberOf)
  const right = Int32Array.from(after, numberOf)
  const parts: DiffPart[] = []
  compare(left, right, { before: 0, beforeEnd: left.length, after: 0, afterEnd: right.length }, parts)
  return parts
}

function push(parts: DiffPart[], is: DiffPart['is'], before: number, after: number, count: number): void {
  if (count === 0) return
  const last = parts.at(-1)
  if (last?.is === is) last.count += count
  else parts.push({ is, before, after, count })
}

function compare(left: Int32Array, right: Int32Array, whole: Stretch, parts: DiffPart[]): void {
  let { before, beforeEnd, after, afterEnd } = whole
  while (before < beforeEnd && after < afterEnd && left[before] === right[after]) {
    before += 1
    after += 1
  }
  push(parts, 'same', whole.before, whole.after, before - whole.before)
  while (beforeEnd > before && afterEnd > after && left[beforeEnd - 1] === right[afterEnd - 1]) {
    beforeEnd -= 1
    afterEnd -= 1
  }
  const inner = { before, beforeEnd, after, afterEnd }
  if (before === beforeEnd || after === afterEnd) replace(inner, parts)
  else {
    const anchors = anchorsIn(left, right, inner)
    if (anchors.length > 0) compareBetween(left, right, inner, anchors, parts)
    else fewestEdits(left, right, inner, parts)
  }
  push(parts, 'same', beforeEnd, afterEnd, whole.beforeEnd - beforeEnd)
}

function replace({ before, beforeEnd, after, afterEnd }: Stretch, parts: DiffPart[]): void {
  push(parts, 'gone', before, after, beforeEnd - before)
  push(parts, 'new', beforeEnd, after, afterEnd - after)
}

type Pair = readonly [before: number, after: number]

function compareBetween(
  left: Int32Array,
  right: Int32Array,
  { before, beforeEnd, after, afterEnd }: Stretch,
  anchors: readonly Pair[],
  parts: DiffPart[],
): void {
  let [from, to] = [before, after]
  for (const [atBefore, atAfter] of anchors) {
    compare(left, right, { before: from, beforeEnd: atBefore, after: to, afterEnd: atAfter }, parts)
    push(parts, 'same', atBefore, atAfter, 1)
    ;[from, to] = [atBefore + 1, atAfter + 1]
  }
  compare(left, right, { before: from, beforeEnd, after: to, afterEnd }, parts)
}

/** Where each line stands that is there once; -1 for those that are there several times. */
function onceIn(lines: Int32Array, from: number, to: number): Map<number, number> {
  const places = new Map<number, number>()
  for (let at = from; at < to; at += 1) places.set(lines[at]!, places.has(lines[at]!) ? -1 : at)
  return places
}

/** Lines that both have exactly once, as many as stand in the same order in both. */
function anchorsIn(left: Int32Array, right: Int32Array, stretch: Stretch): Pair[] {
  const inRight = onceIn(right, stretch.after, stretch.afterEnd)
  const pairs = [...onceIn(left, stretch.before, stretch.beforeEnd)].flatMap(([line, at]): Pair[] => {
    const other = inRight.get(line) ?? -1
    return at === -1 || other === -1 ? [] : [[at, other]]
  })
  return longestRising(pairs)
}

/** The longest choice of pairs whose second numbers rise; their first ones do already. */
function longestRising(pairs: readonly Pair[]): Pair[] {
  const tails: number[] = []
  const previous: number[] = []
  for (const [index, [, value]] of pairs.entries()) {
    let [low, high] = [0, tails.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (pairs[tails[middle]!]![1] < value) low = middle + 1
      else high = middle
    }
    previous[index] = low === 0 ? -1 : tails[low - 1]!
    tails[low] = index
  }
  const chosen: Pair[] = []
  for (let at = tails.at(-1) ?? -1; at !== -1; at = previous[at]!) chosen.push(pairs[at]!)
  return chosen.reverse()
}

/** Myers' greedy search; it gives up where the two have little in common. */
function fewestEdits(left: Int32Array, right: Int32Array, stretch: Stretch, parts: DiffPart[]): void {
  const { before, beforeEnd, after, afterEnd } = stretch
  const [rows, columns] = [beforeEnd - before, afterEnd - after]
  const most = Math.min(rows + columns, mostEdits)
  const reached = new Int32Array(2 * most + 3)
  const origin = most + 1
  const trace: Int32Array[] = []
  for (let edits = 0; edits <= most; edits += 1) {
    trace.push(reached.slice(origin - edits - 1, origin + edits + 2))
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const isDown =
        diagonal === -edits ||
        (diagonal !== edits && reached[origin + diagonal - 1]! < reached[origin + diagonal + 1]!)
      let row = isDown ? reached[origin + diagonal + 1]! : reached[origin + diagonal - 1]! + 1
      while (row < rows && row - diagonal < columns && left[before + row] === right[after + row - diagonal])
        row += 1
      reached[origin + diagonal] = row
      if (row >= rows && row - diagonal >= columns) return walkBack(trace, stretch, parts)
    }
  }
  replace(stretch, parts)
}

function walkBack(
  trace: readonly Int32Array[],
  { before, beforeEnd, after, afterEnd }: Stretch,
  parts: DiffPart[],
): void {
  let [row, column] = [beforeEnd - before, afterEnd - after]
  const steps: DiffPart[] = []
  const note = (is: DiffPart['is']) =>
    steps.push({ is, before: before + row, after: after + column, count: 1 })
  for (let edits = trace.length - 1; edits >= 0; edits -= 1) {
    const at = (diagonal: number) => trace[edits]![diagonal + edits + 1]!
    const diagonal = row - column
    const isDown = diagonal === -edits || (diagonal !== edits && at(diagonal - 1) < at(diagonal + 1))
    const from = isDown ? diagonal + 1 : diagonal - 1
    const fromRow = edits === 0 ? 0 : at(from)
    while (row > (edits === 0 ? 0 : isDown ? fromRow : fromRow + 1)) {
      row -= 1
      column -= 1
      note('same')
    }
    if (edits === 0) break
    if (isDown) column -= 1
    else row -= 1
    note(isDown ? 'new' : 'gone')
  }
  for (const { is, before: atBefore, after: atAfter } of steps.reverse())
    push(parts, is, atBefore, atAfter, 1)
}
