import { useState, type FormEvent } from 'react'
import { api } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { TextField } from '../ui/field.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { personPath, type Person } from './person.ts'
import { refresh } from './refresh.ts'
import { RoleField, TagLimitField } from './rights-fields.tsx'

/** Changes a person's name and rights. */
export function EditPerson({ person, onClose }: { person: Person; onClose(): void }) {
  const [name, setName] = useState(person.name)
  const [role, setRole] = useState(person.role)
  const [tags, setTags] = useState<readonly string[] | null>(person.tags)
  const action = useAction(async () => {
    const change = { name: name.trim(), role, tags }
    await api.patch(personPath(person), change, person.version)
    await refresh('users')
    sayDone(`${name.trim()} is changed`)
    onClose()
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run()
  }
  return (
    <Dialog open onClose={onClose} title={person.name} description={person.email}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-3.5">
        <TextField label="Name" required value={name} onChange={(event) => setName(event.target.value)} />
        <RoleField value={role} onValue={setRole} />
        <TagLimitField value={tags} onValue={setTags} />
        <ErrorLine error={action.error} />
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={action.busy} disabled={name.trim() === ''}>
            Save changes
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}
