import { useState, type FormEvent } from 'react'
import { Pencil, Trash2 } from 'lucide-react'
import { api } from '../api.ts'
import type { Note } from '../inventory-types.ts'
import { usePaged } from '../paged.ts'
import { queryClient } from '../query-client.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { TextAreaField } from '../ui/field.tsx'
import { Listing } from '../ui/listing.tsx'
import { Panel } from '../ui/page.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { useAction } from '../use-action.ts'

const refreshNotes = () => queryClient.invalidateQueries({ queryKey: ['device', 'pages'] })

/** What people wrote about the device. */
export function NotesPanel({ deviceId, mayChange }: { deviceId: number; mayChange: boolean }) {
  const listing = usePaged<Note>('device', `/devices/${deviceId}/notes`, {}, { limit: 20 })
  return (
    <Panel title="Notes">
      {mayChange ? (
        <NoteForm
          label="New note"
          verb="Add the note"
          body=""
          onSave={async (body) => {
            await api.post(`/devices/${deviceId}/notes`, { body })
            await refreshNotes()
          }}
        />
      ) : null}
      <Listing
        listing={listing}
        label="Notes, newest first"
        lines={2}
        row={(note) => <NoteItem key={note.id} note={note} mayChange={mayChange} />}
        empty={mayChange ? null : <p className="px-4 py-3 text-muted">No notes.</p>}
      />
    </Panel>
  )
}

function NoteItem({ note, mayChange }: { note: Note; mayChange: boolean }) {
  const [editing, setEditing] = useState(false)
  if (editing)
    return (
      <li>
        <NoteForm
          label="Note"
          verb="Save"
          body={note.body}
          onCancel={() => setEditing(false)}
          onSave={async (body) => {
            await api.patch(`/notes/${note.id}`, { body }, note.version)
            await refreshNotes()
            setEditing(false)
          }}
        />
      </li>
    )
  return (
    <li className="group px-4 py-2.5">
      <div className="flex min-h-6 items-center gap-1.5 text-xs text-muted">
        <span className="truncate">{note.author}</span>
        <TimeAgo at={note.createdAt} className="whitespace-nowrap" />
        {note.updatedAt === note.createdAt ? null : <span>(edited)</span>}
        {mayChange ? (
          <span className="ml-auto flex opacity-0 group-focus-within:opacity-100 group-hover:opacity-100">
            <IconButton
              label="Edit the note"
              icon={Pencil}
              className="size-6"
              onClick={() => setEditing(true)}
            />
            <Confirm
              title="Delete the note?"
              verb="Delete"
              onConfirm={async () => {
                await api.delete(`/notes/${note.id}`)
                await refreshNotes()
              }}
              trigger={(open) => (
                <IconButton label="Delete the note" icon={Trash2} className="size-6" onClick={open} />
              )}
            >
              It cannot be brought back.
            </Confirm>
          </span>
        ) : null}
      </div>
      <p className="break-words whitespace-pre-wrap">{note.body}</p>
    </li>
  )
}

interface NoteFormProps {
  label: string
  verb: string
  body: string
  onSave(body: string): Promise<void>
  onCancel?(): void
}

function NoteForm({ label, verb, body, onSave, onCancel }: NoteFormProps) {
  const [text, setText] = useState(body)
  const action = useAction(async () => {
    await onSave(text.trim())
    setText('')
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() !== '') void action.run()
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-2 border-b px-4 py-2.5">
      <TextAreaField
        label={label}
        rows={2}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) submit(event)
        }}
      />
      <ErrorLine error={action.error} />
      {text.trim() === '' && !onCancel ? null : (
        <div className="flex justify-end gap-2">
          {onCancel ? <Button onClick={onCancel}>Cancel</Button> : null}
          <Button type="submit" look="primary" busy={action.busy} disabled={text.trim() === ''}>
            {verb}
          </Button>
        </div>
      )}
    </form>
  )
}
