import type { FormEvent, ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { NewPasswordFields, useNewPassword } from './new-password.tsx'

interface PasswordFormProps {
  children?: ReactNode
  verb: string
  busy: boolean
  error: unknown
  /** Names and addresses of the person, which make a bad password. */
  known: readonly string[]
  onPassword(password: string): void
}

/** A form that ends in a new password. */
export function PasswordForm({ children, verb, busy, error, known, onPassword }: PasswordFormProps) {
  const chosen = useNewPassword(known)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (chosen.check()) onPassword(chosen.password)
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-3.5" noValidate>
      {children}
      <NewPasswordFields chosen={chosen} />
      <ErrorLine error={error} />
      <Button type="submit" look="primary" busy={busy} className="mt-1 h-9">
        {verb}
      </Button>
    </form>
  )
}
