import { useCallback, useMemo, useState, type MouseEvent } from 'react'
import * as rules from './selection.ts'

interface Choice<Id> {
  order: readonly Id[]
  /** Which list it is; another one begins without a selection. */
  list: string
  selection: rules.Selection<Id>
  /** All that match, also those not loaded yet. */
  everything: boolean
}

/** The cursor and the choice in a list that changes while one works in it. */
export function useSelection<Id extends number | string>(rows: readonly { id: Id }[], list: string) {
  const order = useMemo(() => rows.map(({ id }) => id), [rows])
  const fresh: Choice<Id> = { order, list, selection: rules.noSelection, everything: false }
  const [choice, setChoice] = useState<Choice<Id>>(fresh)
  if (choice.list !== list) setChoice(fresh)
  else if (choice.order !== order)
    setChoice({ ...choice, order, selection: rules.afterChange(choice.selection, choice.order, order) })

  /** Another choice: no longer everything. */
  const choose = useCallback(
    (next: (selection: rules.Selection<Id>, order: readonly Id[]) => rules.Selection<Id>) =>
      setChoice((from) => ({ ...from, everything: false, selection: next(from.selection, from.order) })),
    [],
  )
  const move = useCallback(
    (steps: number) =>
      setChoice((from) => ({ ...from, selection: rules.moveBy(from.selection, from.order, steps) })),
    [],
  )
  const onPress = useCallback(
    (id: Id, event: MouseEvent) => {
      if (event.shiftKey) choose((from, shown) => rules.extendTo(from, shown, id))
      else if (event.ctrlKey || event.metaKey) choose((from) => rules.toggle(from, id))
      else setChoice((from) => ({ ...from, selection: rules.moveTo(from.selection, id) }))
    },
    [choose],
  )
  const onToggle = useCallback(
    (id: Id, event: MouseEvent) => {
      if (event.shiftKey) choose((from, shown) => rules.extendTo(from, shown, id))
      else choose((from) => rules.toggle(from, id))
    },
    [choose],
  )
  return {
    selection: choice.selection,
    everything: choice.everything,
    takeEverything: () => setChoice((from) => ({ ...from, everything: true })),
    chooseAll: (all: boolean) =>
      choose((from, shown) => (all ? rules.chooseAll(from, shown) : rules.chooseNone(from))),
    move,
    extend: (steps: number) => choose((from, shown) => rules.extendBy(from, shown, steps)),
    toggle: () =>
      choose((from, shown) => rules.toggle(from.cursor === null ? rules.moveBy(from, shown, 1) : from)),
    onPress,
    onToggle,
  }
}

/** What the keys of a list need of it, whatever its rows are named by. */
export type ListChoice = Pick<ReturnType<typeof useSelection>, 'move' | 'extend' | 'toggle' | 'chooseAll'>
