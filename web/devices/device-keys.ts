import type { KeyGroup } from '../ui/keys-dialog.tsx'

/** The keys of the device list, for the help. */
export const deviceKeys: readonly KeyGroup[] = [
  [
    'Move',
    [
      ['j  ↓', 'Next device'],
      ['k  ↑', 'Device before'],
      ['Home  End', 'First and last of those read'],
      ['Enter', 'Open the device'],
      ['/', 'Write a query'],
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
    'Change',
    [
      ['t', 'Tag what is selected, or the row you are on'],
      ['n', 'New device'],
    ],
  ],
  [
    'Anywhere',
    [
      ['Ctrl+K', 'Search and run'],
      ['g d  g h  g o', 'Devices, hosts, overview'],
      ['?', 'This help'],
    ],
  ],
]
