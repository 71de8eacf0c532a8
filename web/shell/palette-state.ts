/** The window that follows on some entries. */
export type FollowingDialog = 'discover' | 'new-device'

/** What is asked of the palette: the same, whether its keys came before or after it could be seen. */
export interface Asked {
  text: string
  /** The entry that was pointed at; the first one where it is not there. */
  chosen?: string
  /** How far the arrows went from there. */
  steps: number
  /** Enter was pressed, and its entry runs as soon as what fits to this very text is known. */
  wantsRun: boolean
}

export type PaletteState =
  | { is: 'closed' }
  | { is: 'asking'; asked: Asked }
  | { is: 'following'; dialog: FollowingDialog }

/** What changes the question of a palette that asks. */
type Question =
  | { do: 'erase' | 'run' }
  | { do: 'write' | 'type'; text: string }
  | { do: 'step'; by: number }
  | { do: 'choose'; id: string }

export type PaletteAct =
  | Question
  | { do: 'open' | 'toggle' | 'close' }
  | { do: 'follow'; dialog: FollowingDialog }

export const closedPalette: PaletteState = { is: 'closed' }
const opened: PaletteState = { is: 'asking', asked: { text: '', steps: 0, wantsRun: false } }

/** The palette after something was done to it. */
export function afterAct(state: PaletteState, act: PaletteAct): PaletteState {
  switch (act.do) {
    case 'open':
      return state.is === 'closed' ? opened : state
    case 'toggle':
      return state.is === 'closed' ? opened : closedPalette
    case 'close':
      return closedPalette
    case 'follow':
      return { is: 'following', dialog: act.dialog }
    default: {
      if (state.is !== 'asking') return state
      const asked = askedAfter(state.asked, act)
      return asked === state.asked ? state : { is: 'asking', asked }
    }
  }
}

function askedAfter(asked: Asked, act: Question): Asked {
  switch (act.do) {
    case 'write':
      return { text: act.text, steps: 0, wantsRun: false }
    case 'type':
      return { text: asked.text + act.text, steps: 0, wantsRun: false }
    case 'erase':
      return { text: [...asked.text].slice(0, -1).join(''), steps: 0, wantsRun: false }
    case 'step':
      return { ...asked, steps: asked.steps + act.by, wantsRun: false }
    case 'choose':
      // A pointer that trembles after Enter chooses nothing else.
      if (asked.wantsRun || (asked.chosen === act.id && asked.steps === 0)) return asked
      return { ...asked, chosen: act.id, steps: 0 }
    case 'run':
      return { ...asked, wantsRun: true }
  }
}

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing' | 'getModifierState'>

/** What a key does to a palette that asks; undefined for one that its text field handles or that is not for it. */
export function actOfKey(event: Key, inField: boolean): PaletteAct | undefined {
  // Where a letter takes AltGr, browsers tell of Ctrl and Alt.
  const isModified = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState('AltGraph')
  if (event.isComposing || isModified) return undefined
  switch (event.key) {
    case 'Escape':
      return { do: 'close' }
    case 'Enter':
      return { do: 'run' }
    case 'ArrowDown':
      return { do: 'step', by: 1 }
    case 'ArrowUp':
      return { do: 'step', by: -1 }
    case 'Backspace':
      return inField ? undefined : { do: 'erase' }
    default:
      return inField || event.key.length !== 1 ? undefined : { do: 'type', text: event.key }
  }
}
