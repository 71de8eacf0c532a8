import { useState, type FormEvent, type KeyboardEvent } from 'react'
import { hostTypes } from '../inventory-words.ts'
import type { Host } from '#features/hosts/host-shapes.ts'
import { capitalised } from '../format.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { TextAreaField } from '../ui/field.tsx'
import { focusOnMount } from '../ui/focus-on-mount.ts'

interface ReviewDialogProps {
  subject: string
  onClose(): void
}

const meanings: Record<Host['hostType'], string> = {
  server: 'Serves others: machines in racks, NAS, hypervisors',
  workstation: 'Somebody sits at it: laptops, desktops, phones',
  iot: 'Does one thing: cameras, printers, sensors, TVs',
  network: 'Carries traffic: switches, routers, access points',
  unknown: 'Not decided',
}

/** Says what kind of thing hosts are; a digit is enough. */
export function ClassifyDialog({
  subject,
  current,
  onClose,
  onType,
}: ReviewDialogProps & { current: Host['hostType'] | undefined; onType(type: Host['hostType']): void }) {
  const onKey = (event: KeyboardEvent) => {
    const type = hostTypes[Number(event.key) - 1]
    if (type === undefined) return
    event.preventDefault()
    onType(type)
  }
  return (
    <Dialog open onClose={onClose} title={`Classify ${subject}`}>
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the digits are a shortcut to the buttons within */}
      <div className="flex flex-col gap-1" onKeyDown={onKey}>
        {hostTypes.map((type, index) => (
          <button
            key={type}
            type="button"
            // The digits reach the window only while something in it has the focus.
            ref={type === (current ?? hostTypes[0]) ? focusOnMount : undefined}
            onClick={() => onType(type)}
            aria-current={type === current ? 'true' : undefined}
            className="flex items-center gap-3 rounded-md border border-transparent px-2.5 py-2 text-left hover:bg-sunken aria-[current=true]:border-line-strong"
          >
            <kbd className="rounded bg-sunken px-1.5 font-sans text-2xs text-muted">{index + 1}</kbd>
            <span>
              <span className="block font-medium">{type === 'iot' ? 'IoT' : capitalised(type)}</span>
              <span className="block text-xs text-muted">{meanings[type]}</span>
            </span>
          </button>
        ))}
      </div>
    </Dialog>
  )
}

/** Writes a note that stays with hosts. */
export function NoteDialog({
  subject,
  current,
  onClose,
  onNote,
}: ReviewDialogProps & { current: string; onNote(note: string | null): void }) {
  const [text, setText] = useState(current)
  const save = () => onNote(text.trim() === '' ? null : text.trim())
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save()
  }
  return (
    <Dialog open onClose={onClose} title={`Note on ${subject}`}>
      <form onSubmit={submit}>
        <TextAreaField
          label="Note"
          rows={4}
          ref={focusOnMount}
          maxLength={10_000}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save()
          }}
          hint="Ctrl+Enter saves. An empty note takes the old one away."
        />
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary">
            Save note
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}
