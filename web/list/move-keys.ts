import type { Keys } from './use-keys.ts'
import type { ListChoice } from './use-selection.ts'

/** The keys that move through a list and choose rows in it. */
export const moveKeys = (choice: ListChoice, rows: number): Keys => ({
  j: () => choice.move(1),
  k: () => choice.move(-1),
  ArrowDown: () => choice.move(1),
  ArrowUp: () => choice.move(-1),
  PageDown: () => choice.move(15),
  PageUp: () => choice.move(-15),
  Home: () => choice.move(-rows),
  End: () => choice.move(rows),
})

/** The keys that choose rows, for who may do something with them. */
export const chooseKeys = (choice: ListChoice): Keys => ({
  J: () => choice.extend(1),
  K: () => choice.extend(-1),
  'shift+ArrowDown': () => choice.extend(1),
  'shift+ArrowUp': () => choice.extend(-1),
  x: () => choice.toggle(),
  ' ': () => choice.toggle(),
  'mod+a': () => choice.chooseAll(true),
  Escape: () => choice.chooseAll(false),
})
