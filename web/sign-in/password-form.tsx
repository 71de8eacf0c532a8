import { useState, type FormEvent, type ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { TextField } from '../ui/field.tsx'

export const shortestPassword = 12

interface PasswordFormProps {
  children?: ReactNode
  verb: string
  busy: boolean
  error: unknown
  onPassword(password: string): void
}

/** A new password, typed twice so that a slip of the finger locks nobody out. */
export function PasswordForm({ children, verb, busy, error, onPassword }: PasswordFormProps) {
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const [tried, setTried] = useState(false)
  const short =
    tried && password.length < shortestPassword
      ? `At least ${shortestPassword} characters; this has ${password.length}.`
      : undefined
  const differs = tried && !short && again !== password ? 'The two are not the same.' : undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (password.length >= shortestPassword && again === password) onPassword(password)
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-3" noValidate>
      {children}
      <TextField
        label="Password"
        type="password"
        autoComplete="new-password"
        required
        value={password}
        error={short}
        onChange={(event) => setPassword(event.target.value)}
        hint={`At least ${shortestPassword} characters. A few words that only you put together are good.`}
      />
      <TextField
        label="Password again"
        type="password"
        autoComplete="new-password"
        required
        value={again}
        error={differs}
        onChange={(event) => setAgain(event.target.value)}
      />
      <ErrorLine error={error} />
      <Button type="submit" look="primary" busy={busy} className="mt-1">
        {verb}
      </Button>
    </form>
  )
}
