import { useState, type FormEvent, type ReactNode } from 'react'
import { SignInError } from '../sign-in/sign-in-error.tsx'
import { useWait } from '../sign-in/use-wait.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { focusOnMount } from '../ui/focus-on-mount.ts'
import { useAction } from '../use-action.ts'

interface PasswordFieldFormProps {
  verb: string
  children?: ReactNode
  onPassword(password: string): Promise<void>
  onCancel(): void
}

/** Asks for the password before something about signing in changes. */
export function PasswordQuestion({ verb, children, onPassword, onCancel }: PasswordFieldFormProps) {
  const [password, setPassword] = useState('')
  const action = useAction(onPassword)
  const wait = useWait(action.error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run(password)
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      {children ? <p>{children}</p> : null}
      <TextField
        label="Your password"
        type="password"
        autoComplete="current-password"
        aria-required
        ref={focusOnMount}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <SignInError error={action.error} wait={wait} />
      <DialogButtons>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look="primary" busy={action.busy} disabled={password === '' || wait > 0}>
          {verb}
        </Button>
      </DialogButtons>
    </form>
  )
}

interface PasswordDialogProps extends Omit<PasswordFieldFormProps, 'onCancel'> {
  title: string
  onClose(): void
}

/** The same in a dialog of its own, which closes when it is done. */
export function PasswordDialog({ title, onClose, onPassword, ...question }: PasswordDialogProps) {
  return (
    <Dialog open onClose={onClose} title={title}>
      <PasswordQuestion
        {...question}
        onCancel={onClose}
        onPassword={async (password) => {
          await onPassword(password)
          onClose()
        }}
      />
    </Dialog>
  )
}
