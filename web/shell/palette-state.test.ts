import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actOfKey, afterAct, closedPalette, type PaletteAct, type PaletteState } from './palette-state.ts'

const none = { ctrlKey: false, metaKey: false, altKey: false, isComposing: false }
const press = (key: string, held: Partial<typeof none & { altGraph: boolean }> = {}, inField = false) =>
  actOfKey({ ...none, ...held, key, getModifierState: () => held.altGraph === true }, inField)

/** The palette after keys that came while its field had not the focus. */
const after = (...keys: string[]): PaletteState =>
  keys.map((key): PaletteAct => press(key)!).reduce(afterAct, afterAct(closedPalette, { do: 'toggle' }))

test('what is typed before the field has the focus is its text', () => {
  assert.deepEqual(after('a', 'b', ' ', 'X', 'Backspace', '-'), {
    is: 'asking',
    asked: { text: 'ab -', steps: 0, wantsRun: false },
  })
})

test('Enter and arrows are for the text that stands, and end with it', () => {
  assert.deepEqual(after('a', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'Enter'), {
    is: 'asking',
    asked: { text: 'a', steps: 1, wantsRun: true },
  })
  assert.deepEqual(after('a', 'ArrowDown', 'Enter', 'b'), {
    is: 'asking',
    asked: { text: 'ab', steps: 0, wantsRun: false },
  })
})

test('Escape closes before anything is seen, and a closed palette takes nothing', () => {
  assert.deepEqual(after('a', 'Escape'), closedPalette)
  assert.deepEqual(after('a', 'Escape', 'b', 'Enter'), closedPalette)
})

test('being asked for again keeps what was typed', () => {
  const typed = after('a')
  assert.equal(afterAct(typed, { do: 'open' }), typed)
})

test('the field keeps its own keys, and nobody takes those of the browser or of a composition', () => {
  assert.equal(press('a', {}, true), undefined)
  assert.equal(press('Backspace', {}, true), undefined)
  assert.deepEqual(press('Enter', {}, true), { do: 'run' })
  assert.equal(press('a', { ctrlKey: true }), undefined)
  assert.equal(press('Tab'), undefined)
  assert.equal(press('Enter', { isComposing: true }, true), undefined)
  assert.deepEqual(press('@', { ctrlKey: true, altKey: true, altGraph: true }), { do: 'type', text: '@' })
})
