import { KeysDialog, type KeyGroup } from '../ui/keys-dialog.tsx'

const groups: readonly KeyGroup[] = [
  [
    'Move',
    [
      ['j  ↓', 'Next host'],
      ['k  ↑', 'Host before'],
      ['Home  End', 'First and last of those loaded'],
      ['1 … 5', 'Pending, approved, rejected, pushed, all'],
      ['/', 'Write a query'],
    ],
  ],
  [
    'Decide',
    [
      ['a', 'Approve'],
      ['r', 'Reject'],
      ['p', 'Back to pending'],
      ['c', 'Classify'],
      ['n', 'Note'],
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
  [
    'Look',
    [
      ['Enter', 'Open the device'],
      ['d', 'Show or hide the details'],
      ['?', 'This help'],
    ],
  ],
]

/** Every key of the page. */
export const KeysHelp = ({ onClose }: { onClose(): void }) => <KeysDialog groups={groups} onClose={onClose} />
