import { useState, type FormEvent } from 'react'
import { api } from '../api.ts'
import { counted } from '../format.ts'
import { queryClient } from '../query-client.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { TagField } from '../ui/tag-field.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'

interface TagDialogProps {
  /** Which devices, as people read it: `12 devices`. */
  subject: string
  /** Which devices, as the server wants it. */
  which: { ids: number[] } | { q: string }
  /** Tags that some of them carry, to take away with a press. */
  carried: readonly string[]
  onClose(): void
}

/** Puts tags on many devices, and takes others off. */
export function TagDialog({ subject, which, carried, onClose }: TagDialogProps) {
  const [add, setAdd] = useState<string[]>([])
  const [remove, setRemove] = useState<string[]>([])
  const action = useAction(async () => {
    const { changed } = await api.post<{ changed: number }>('/devices/tag', { ...which, add, remove })
    sayDone(changed === 0 ? 'Nothing to change' : `${counted(changed, 'device')} changed`)
    onClose()
    await Promise.all(['devices', 'tags'].map((name) => queryClient.invalidateQueries({ queryKey: [name] })))
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run()
  }
  return (
    <Dialog open onClose={onClose} title={`Tag ${subject}`}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TagField first label="Add" hint="Enter or a comma ends a tag." value={add} onValue={setAdd} />
        {carried.length > 0 ? (
          <fieldset className="flex flex-col gap-1">
            <legend className="mb-1 text-xs font-medium">Remove</legend>
            <div className="flex flex-wrap gap-x-4 gap-y-1.5">
              {carried.map((name) => (
                <label key={name} className="inline-flex items-center gap-1.5">
                  <input
                    type="checkbox"
                    className="size-3.5 accent-accent"
                    checked={remove.includes(name)}
                    onChange={(event) =>
                      setRemove(
                        event.target.checked ? [...remove, name] : remove.filter((each) => each !== name),
                      )
                    }
                  />
                  {name}
                </label>
              ))}
            </div>
          </fieldset>
        ) : null}
        <ErrorLine error={action.error} />
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            look="primary"
            busy={action.busy}
            disabled={add.length === 0 && remove.length === 0}
          >
            Tag
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}
