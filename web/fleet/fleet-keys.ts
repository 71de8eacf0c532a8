import type { KeyGroup } from '../ui/keys-dialog.tsx'

/** The keys of the list of servers, for the help. */
export const fleetKeys: readonly KeyGroup[] = [
  [
    'Move',
    [
      ['j  ↓', 'Next server'],
      ['k  ↑', 'Server before'],
      ['Home  End', 'First and last of those read'],
      ['Enter', 'Open the server'],
      ['/', 'Write a query'],
      ['v', 'Cards or a list'],
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
    'Do',
    [
      ['c', 'Compare what is selected'],
      ['n', 'Add a server'],
    ],
  ],
]
