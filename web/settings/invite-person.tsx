import { useState, type FormEvent } from 'react'
import type { Role } from '#model/actor.ts'
import { api, asApiError } from '../api.ts'
import { sortComplaints } from '../complaints.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { TextField } from '../ui/field.tsx'
import { focusOnMount } from '../ui/focus-on-mount.ts'
import { useAction } from '../use-action.ts'
import { LinkShown, type OneTimeLink } from './link-shown.tsx'
import { refresh } from './refresh.ts'
import { RoleField, TagLimitField } from './rights-fields.tsx'

/** Adds a person and shows the link with which the person chooses a password. */
export function InvitePerson({ onClose }: { onClose(): void }) {
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [tags, setTags] = useState<readonly string[] | null>(null)
  const [link, setLink] = useState<OneTimeLink>()
  const action = useAction(async () => {
    const made = await api.post<{ link: OneTimeLink }>('/users', {
      name: name.trim(),
      email: email.trim(),
      role,
      ...(tags === null ? {} : { tags }),
    })
    await refresh('users')
    setLink(made.link)
  })
  const { byPath } = sortComplaints(
    ['name', 'email'],
    action.error ? asApiError(action.error).complaints : [],
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run()
  }
  return (
    <Dialog open onClose={onClose} title={link ? `${name} is invited` : 'Invite somebody'}>
      {link ? (
        <LinkShown link={link} name={name} onClose={onClose} />
      ) : (
        <form onSubmit={submit} noValidate className="flex flex-col gap-3.5">
          <TextField
            label="Name"
            required
            ref={focusOnMount}
            value={name}
            error={byPath['name']}
            onChange={(event) => setName(event.target.value)}
          />
          <TextField
            label="E-mail address"
            type="email"
            required
            value={email}
            error={byPath['email']}
            onChange={(event) => setEmail(event.target.value)}
            hint="The person signs in with it; nothing is sent there."
          />
          <RoleField value={role} onValue={setRole} />
          <TagLimitField value={tags} onValue={setTags} />
          {Object.keys(byPath).length > 0 ? null : <ErrorLine error={action.error} />}
          <DialogButtons>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              type="submit"
              look="primary"
              busy={action.busy}
              disabled={name.trim() === '' || email.trim() === ''}
            >
              Make the invitation
            </Button>
          </DialogButtons>
        </form>
      )}
    </Dialog>
  )
}
