import { KeysDialog, type KeyGroup } from '../ui/keys-dialog.tsx'

const groups: readonly KeyGroup[] = [
  [
    'Move',
    [
      ['j  ↓', 'Next pair'],
      ['k  ↑', 'Pair before'],
      ['Home  End', 'First and last of those loaded'],
      ['/', 'Search'],
    ],
  ],
  [
    'Decide',
    [
      ['m', 'The same machine'],
      ['a', 'Keep apart for good'],
      ['s', 'Split off the one on the right'],
      ['u  Ctrl+Z', 'Take the last decision back'],
    ],
  ],
  [
    'Select',
    [
      ['x  Space', 'Select, or no longer'],
      ['Shift+↓  Shift+J', 'Select a range'],
      ['Ctrl+A', 'Select all shown'],
      ['Esc', 'Select none'],
    ],
  ],
  ['Look', [['?', 'This help']]],
]

/** Every key of the page. */
export const KeysHelp = ({ onClose }: { onClose(): void }) => <KeysDialog groups={groups} onClose={onClose} />
