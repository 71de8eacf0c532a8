import { useState, type FormEvent } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { Permission, Role } from '#model/actor.ts'
import { api, asApiError } from '../api.ts'
import { sessionQuery } from '../session.ts'
import { sortComplaints } from '../complaints.ts'
import { Button } from '../ui/button.tsx'
import { CopyText } from '../ui/copy-text.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { focusOnMount } from '../ui/focus-on-mount.ts'
import { useAction } from '../use-action.ts'
import { PermissionsField, RoleField, TagLimitField } from './rights-fields.tsx'
import { refresh } from './refresh.ts'

/** Makes a token and shows its secret, this one time. */
export function NewToken({ onClose }: { onClose(): void }) {
  const [secret, setSecret] = useState<string>()
  return (
    <Dialog open onClose={onClose} title={secret === undefined ? 'Make a token' : 'Copy the token now'}>
      {secret === undefined ? (
        <TokenForm onSecret={setSecret} onClose={onClose} />
      ) : (
        <TokenSecret secret={secret} onClose={onClose} />
      )}
    </Dialog>
  )
}

const lifetimes = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'a year' },
  { value: '3650', label: 'ten years' },
] as const

function TokenForm({ onSecret, onClose }: { onSecret(secret: string): void; onClose(): void }) {
  const me = useQuery(sessionQuery).data
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [days, setDays] = useState('90')
  const [permissions, setPermissions] = useState<readonly Permission[] | null>(null)
  const [tags, setTags] = useState<readonly string[] | null>(me?.tags ?? null)
  const action = useAction(async () => {
    const made = await api.post<{ secret: string }>('/tokens', {
      name: name.trim(),
      role,
      expiresInDays: Number(days),
      ...(permissions === null ? {} : { permissions }),
      ...(tags === null ? {} : { tags }),
    })
    await refresh('tokens')
    onSecret(made.secret)
  })
  const { byPath } = sortComplaints(['name'], action.error ? asApiError(action.error).complaints : [])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run()
  }
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-3.5">
      <TextField
        label="Name"
        required
        ref={focusOnMount}
        placeholder="ansible"
        spellCheck={false}
        value={name}
        error={byPath['name']}
        onChange={(event) => setName(event.target.value)}
        hint="What it is for. Letters, digits, dots, dashes and underscores."
      />
      <div className="grid gap-3.5 sm:grid-cols-2">
        <RoleField
          value={role}
          {...(me?.role ? { upTo: me.role } : {})}
          onValue={(next) => {
            setRole(next)
            setPermissions(null)
          }}
        />
        <SelectField
          label="Works for"
          value={days}
          options={lifetimes}
          onChange={(event) => setDays(event.target.value)}
        />
      </div>
      <PermissionsField role={role} value={permissions} onValue={setPermissions} />
      <TagLimitField value={tags} onValue={setTags} />
      {byPath['name'] ? null : <ErrorLine error={action.error} />}
      <DialogButtons>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          type="submit"
          look="primary"
          busy={action.busy}
          disabled={name.trim() === '' || permissions?.length === 0}
        >
          Make token
        </Button>
      </DialogButtons>
    </form>
  )
}

function TokenSecret({ secret, onClose }: { secret: string; onClose(): void }) {
  return (
    <div className="flex flex-col gap-3">
      <p>It is shown this one time; only its fingerprint is kept. Whoever has it may do what it may do.</p>
      <CopyText text={secret} label="the token" />
      <p className="text-xs text-muted">It works like this:</p>
      <CopyText
        text={`curl -H "Authorization: Bearer ${secret}" ${location.origin}/api/v1/devices`}
        label="the command"
      />
      <DialogButtons>
        <Button look="primary" onClick={onClose}>
          I have copied it
        </Button>
      </DialogButtons>
    </div>
  )
}
