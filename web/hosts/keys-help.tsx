import { Dialog } from '../ui/dialog.tsx'

const groups: readonly [string, readonly [string, string][]][] = [
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
export function KeysHelp({ onClose }: { onClose(): void }) {
  return (
    <Dialog open onClose={onClose} title="Keys of this page" wide>
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {groups.map(([title, keys]) => (
          <section key={title} aria-label={title}>
            <h3 className="mb-1 text-xs font-semibold text-muted">{title}</h3>
            <dl className="grid grid-cols-[9.5rem_1fr] gap-y-1">
              {keys.map(([pressed, does]) => (
                <div key={does} className="contents">
                  <dt className="flex flex-wrap gap-1">
                    {pressed.split('  ').map((key) => (
                      <kbd key={key} className="rounded border bg-sunken px-1.5 font-sans text-2xs leading-5">
                        {key}
                      </kbd>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
