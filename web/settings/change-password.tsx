import { useState, type FormEvent } from 'react'
import { api } from '../api.ts'
import { queryClient } from '../query-client.ts'
import type { Session } from '../session.ts'
import { NewPasswordFields, useNewPassword } from '../sign-in/new-password.tsx'
import { SignInError } from '../sign-in/sign-in-error.tsx'
import { useWait } from '../sign-in/use-wait.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Panel } from '../ui/page.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'

/** A new password instead of the one that is known. */
export function ChangePassword({ me }: { me: Session }) {
  const [open, setOpen] = useState(false)
  return (
    <Panel
      title="Password"
      actions={
        open ? null : (
          <Button look="quiet" onClick={() => setOpen(true)}>
            Change
          </Button>
        )
      }
    >
      {open ? (
        <ChangeForm me={me} onDone={() => setOpen(false)} />
      ) : (
        <p className="px-4 py-3 text-muted">You sign in with your e-mail address and a password.</p>
      )}
    </Panel>
  )
}

function ChangeForm({ me, onDone }: { me: Session; onDone(): void }) {
  const [current, setCurrent] = useState('')
  const chosen = useNewPassword([me.name, me.user?.name ?? '', me.user?.email ?? ''])
  const action = useAction(async () => {
    await api.post('/api/auth/change-password', { currentPassword: current, newPassword: chosen.password })
    await queryClient.invalidateQueries({ queryKey: ['sessions'] })
    sayDone('The password is changed', 'Whoever else was signed in with the old one is not any more.')
    onDone()
  })
  const wait = useWait(action.error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (chosen.check()) void action.run()
  }
  return (
    <form onSubmit={submit} noValidate className="flex max-w-sm flex-col gap-3.5 px-4 py-4">
      <TextField
        label="Current password"
        type="password"
        autoComplete="current-password"
        aria-required
        value={current}
        onChange={(event) => setCurrent(event.target.value)}
      />
      <NewPasswordFields chosen={chosen} label="New password" />
      <SignInError error={action.error} wait={wait} />
      <div className="flex gap-2">
        <Button type="submit" look="primary" busy={action.busy} disabled={wait > 0 || current === ''}>
          Change password
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </form>
  )
}
