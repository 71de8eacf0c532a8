import type { KeyGroup } from '../ui/keys-dialog.tsx'

const anywhere: KeyGroup = [
  'Anywhere',
  [
    ['Ctrl+K', 'Search and run'],
    ['g j', 'Jobs'],
    ['?', 'This help'],
  ],
]

/** The keys of the list of jobs. */
export const jobKeys: readonly KeyGroup[] = [
  [
    'Move',
    [
      ['j  ↓', 'Next job'],
      ['k  ↑', 'Job before'],
      ['Enter', 'Open the job'],
      ['1 … 7', 'All, to approve, running and so on'],
      ['/', 'Search by name'],
      ['n', 'New job'],
    ],
  ],
  anywhere,
]

/** The keys of the rows of a job. */
export const rowKeys: readonly KeyGroup[] = [
  [
    'Move',
    [
      ['j  ↓', 'Next row'],
      ['k  ↑', 'Row before'],
      ['Enter', 'Open the device'],
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
  anywhere,
]
