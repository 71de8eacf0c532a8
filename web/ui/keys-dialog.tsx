import { Dialog } from './dialog.tsx'

/** A heading, and under it the keys with what they do; several keys are parted by two spaces. */
export type KeyGroup = readonly [title: string, keys: readonly (readonly [keys: string, does: string])[]]

/** Every key of a page. */
export function KeysDialog({ groups, onClose }: { groups: readonly KeyGroup[]; onClose(): void }) {
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
