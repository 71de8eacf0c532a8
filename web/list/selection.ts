/** Which row the keyboard is on, and which rows an action is for. Rows are named by id, so that a live list may move. */
export interface Selection<Id = number> {
  cursor: Id | null
  /** Where a range began. */
  anchor: Id | null
  /** What was chosen before the range. */
  base: ReadonlySet<Id>
  chosen: ReadonlySet<Id>
}

const none: ReadonlySet<never> = new Set()

export const noSelection: Selection<never> = { cursor: null, anchor: null, base: none, chosen: none }

const clamp = (index: number, length: number): number => Math.max(0, Math.min(length - 1, index))

/** The row some steps away; the first one where there was no cursor. */
function neighbour<Id>(selection: Selection<Id>, order: readonly Id[], steps: number): Id | null {
  if (order.length === 0) return null
  const index = selection.cursor === null ? -1 : order.indexOf(selection.cursor)
  return order[index < 0 ? 0 : clamp(index + steps, order.length)]!
}

/** The cursor on a row; what is chosen stays. */
export const moveTo = <Id>(selection: Selection<Id>, id: Id): Selection<Id> => ({
  ...selection,
  cursor: id,
  anchor: id,
  base: selection.chosen,
})

/** The cursor some rows further down, or up. */
export function moveBy<Id>(selection: Selection<Id>, order: readonly Id[], steps: number): Selection<Id> {
  const id = neighbour(selection, order, steps)
  return id === null ? noSelection : moveTo(selection, id)
}

/** Chooses the row of the cursor, or no longer. */
export function toggle<Id>(selection: Selection<Id>, id = selection.cursor): Selection<Id> {
  if (id === null) return selection
  const chosen = new Set(selection.chosen)
  if (!chosen.delete(id)) chosen.add(id)
  return { cursor: id, anchor: id, base: chosen, chosen }
}

/** Chooses everything from where the range began to a row; a range that shrinks gives up what it took. */
export function extendTo<Id>(selection: Selection<Id>, order: readonly Id[], id: Id): Selection<Id> {
  const anchor = selection.anchor !== null && order.includes(selection.anchor) ? selection.anchor : id
  const ends = [order.indexOf(anchor), order.indexOf(id)].toSorted((left, right) => left - right)
  const chosen = new Set([...selection.base, ...order.slice(ends[0], ends[1]! + 1)])
  return { cursor: id, anchor, base: selection.base, chosen }
}

/** Chooses from the cursor to some rows further. */
export function extendBy<Id>(selection: Selection<Id>, order: readonly Id[], steps: number): Selection<Id> {
  const id = neighbour(selection, order, steps)
  return id === null ? noSelection : extendTo(selection, order, id)
}

export const chooseAll = <Id>(selection: Selection<Id>, order: readonly Id[]): Selection<Id> => {
  const chosen = new Set(order)
  return { ...selection, base: chosen, chosen }
}

export const chooseNone = <Id>(selection: Selection<Id>): Selection<Id> => ({
  ...selection,
  base: none,
  chosen: none,
})

/** What an action is for: the chosen rows, else the one of the cursor. */
export function targets<Id>({ cursor, chosen }: Selection<Id>): Id[] {
  if (chosen.size > 0) return [...chosen]
  return cursor === null ? [] : [cursor]
}

/**
 * The selection after the list changed. A cursor whose row is gone goes to the next one that is still there, so that
 * a list that empties under review is worked through from top to bottom.
 */
export function afterChange<Id>(
  selection: Selection<Id>,
  before: readonly Id[],
  after: readonly Id[],
): Selection<Id> {
  const there = new Set(after)
  const kept = (ids: ReadonlySet<Id>) =>
    [...ids].every((id) => there.has(id)) ? ids : new Set([...ids].filter((id) => there.has(id)))
  const chosen = kept(selection.chosen)
  const base = kept(selection.base)
  const { cursor } = selection
  if (cursor === null || there.has(cursor)) {
    const anchor = selection.anchor !== null && there.has(selection.anchor) ? selection.anchor : cursor
    if (chosen === selection.chosen && base === selection.base && anchor === selection.anchor)
      return selection
    return { cursor, anchor, base, chosen }
  }
  const index = before.indexOf(cursor)
  const next =
    before.slice(index + 1).find((id) => there.has(id)) ??
    before.slice(0, Math.max(0, index)).findLast((id) => there.has(id)) ??
    null
  return { cursor: next, anchor: next, base, chosen }
}
