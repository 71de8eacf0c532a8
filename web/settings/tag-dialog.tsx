import { useState, type FormEvent } from 'react'
import { api } from '../api.ts'
import type { Tag } from '../inventory-types.ts'
import { Button } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { TextField } from '../ui/field.tsx'
import { focusOnMount } from '../ui/focus-on-mount.ts'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { refresh } from './refresh.ts'

const colours = [
  ['#64748b', 'grey'],
  ['#dc2626', 'red'],
  ['#ea580c', 'orange'],
  ['#ca8a04', 'yellow'],
  ['#16a34a', 'green'],
  ['#0891b2', 'cyan'],
  ['#2563eb', 'blue'],
  ['#9333ea', 'purple'],
  ['#db2777', 'pink'],
] as const

/** Makes a tag, or changes one. */
export function TagDialog({ tag, onClose }: { tag: Tag | undefined; onClose(): void }) {
  const [name, setName] = useState(tag?.name ?? '')
  const [color, setColor] = useState(tag?.color ?? null)
  const [description, setDescription] = useState(tag?.description ?? '')
  const action = useAction(async () => {
    const given = { name: name.trim(), color, description: description.trim() || null }
    if (tag) await api.patch(`/tags/${tag.id}`, given, tag.version)
    else await api.post('/tags', given)
    await refresh('tags')
    sayDone(tag ? `The tag ${given.name} is changed` : `The tag ${given.name} is there`)
    onClose()
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run()
  }
  return (
    <Dialog open onClose={onClose} title={tag ? `Tag ${tag.name}` : 'New tag'}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-3.5">
        <TextField
          label="Name"
          required
          ref={focusOnMount}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <fieldset>
          <legend className="mb-1 text-xs font-medium">Colour</legend>
          <div className="flex flex-wrap gap-1.5">
            {colours.map(([value, spoken]) => (
              <button
                key={value}
                type="button"
                aria-label={spoken}
                aria-pressed={color === value}
                onClick={() => setColor(color === value ? null : value)}
                className={classNames(
                  'size-6 rounded-full border-2 border-surface',
                  color === value && 'outline-2 outline-accent',
                )}
                style={{ background: value }}
              />
            ))}
          </div>
        </fieldset>
        <TextField
          label="Description"
          value={description}
          onChange={(event) => setDescription(event.target.value)}
        />
        <ErrorLine error={action.error} />
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={action.busy} disabled={name.trim() === ''}>
            {tag ? 'Save changes' : 'Make tag'}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}
