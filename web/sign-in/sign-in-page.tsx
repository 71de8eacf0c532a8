import { useState, type FormEvent } from 'react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { KeyRound } from 'lucide-react'
import { setupQuery } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { TextField } from '../ui/field.tsx'
import { focusOnMount } from '../ui/focus-on-mount.ts'
import { useAction } from '../use-action.ts'
import { ownAddress, signIn, signInWith } from './auth.ts'
import { CodeStep } from './code-step.tsx'
import { Door } from './door.tsx'
import { SignInError } from './sign-in-error.tsx'
import { useWait } from './use-wait.ts'

/** Password, then the second factor where there is one, or an OIDC provider. */
export function SignInPage() {
  const { from, error } = useSearch({ from: '/sign-in' })
  const [step, setStep] = useState<'password' | 'code'>('password')
  const navigate = useNavigate()
  const enter = () => navigate({ href: ownAddress(from), replace: true })
  if (step === 'code') return <CodeStep onDone={enter} onBack={() => setStep('password')} />
  return <PasswordStep refused={error} from={from} onDone={enter} onCode={() => setStep('code')} />
}

interface PasswordProps {
  refused: string | undefined
  from: string | undefined
  onDone(): Promise<void>
  onCode(): void
}

function PasswordStep({ refused, from, onDone, onCode }: PasswordProps) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const setup = useQuery(setupQuery)
  const action = useAction(async () => {
    if ((await signIn(email.trim(), password)) === 'code needed') onCode()
    else await onDone()
  })
  const wait = useWait(action.error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run()
  }
  return (
    <Door title="Sign in">
      {setup.data?.needed ? (
        <p className="rounded-md bg-warn-soft px-3 py-2 text-warn">
          Rollcall is not set up yet.{' '}
          <Link to="/setup" className="underline">
            How to set it up
          </Link>
        </p>
      ) : null}
      {refused ? (
        <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
          The provider did not sign you in: {refused}
        </p>
      ) : null}
      <form onSubmit={submit} className="flex flex-col gap-3">
        <TextField
          label="E-mail address"
          type="email"
          autoComplete="username"
          aria-required
          ref={focusOnMount}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <TextField
          label="Password"
          type="password"
          autoComplete="current-password"
          aria-required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <SignInError error={action.error} wait={wait} />
        <Button
          type="submit"
          look="primary"
          busy={action.busy}
          disabled={wait > 0 || email.trim() === '' || password === ''}
          className="mt-1 h-9"
        >
          Sign in
        </Button>
      </form>
      <Providers from={from} providers={setup.data?.providers ?? []} />
      <p className="text-xs text-muted">
        Password forgotten? An admin makes a new link for you; an admin who is locked out runs{' '}
        <code className="font-mono">./rollcall user reset</code> on the server.
      </p>
    </Door>
  )
}

function Providers({
  providers,
  from,
}: {
  providers: { name: string; title: string }[]
  from: string | undefined
}) {
  const action = useAction((name: string) => signInWith(name, ownAddress(from)))
  if (providers.length === 0) return null
  return (
    <div className="flex flex-col gap-2 border-t pt-4">
      {providers.map(({ name, title }) => (
        <Button key={name} icon={KeyRound} busy={action.busy} onClick={() => void action.run(name)}>
          Sign in with {title}
        </Button>
      ))}
      <ErrorLine error={action.error} />
    </div>
  )
}
