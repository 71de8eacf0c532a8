import { useState, type FormEvent } from 'react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { KeyRound } from 'lucide-react'
import { setupQuery } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { CheckField, TextField } from '../ui/field.tsx'
import { useAction } from '../use-action.ts'
import { ownAddress, proveCode, signIn, signInWith } from './auth.ts'
import { Door } from './door.tsx'

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
          required
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <TextField
          label="Password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <ErrorLine error={action.error} />
        <Button type="submit" look="primary" busy={action.busy} className="mt-1">
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

function CodeStep({ onDone, onBack }: { onDone(): Promise<void>; onBack(): void }) {
  const [code, setCode] = useState('')
  const [trust, setTrust] = useState(false)
  const action = useAction(async () => {
    await proveCode(code, trust)
    await onDone()
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run()
  }
  return (
    <Door
      title="Second step"
      lead="Type the six digits that your authenticator shows, or one of your backup codes."
    >
      <form onSubmit={submit} className="flex flex-col gap-3">
        <TextField
          label="Code"
          inputMode="text"
          autoComplete="one-time-code"
          required
          autoFocus
          value={code}
          onChange={(event) => setCode(event.target.value)}
          className="font-mono tracking-widest"
        />
        <CheckField label="Do not ask again on this computer" checked={trust} onValue={setTrust} />
        <ErrorLine error={action.error} />
        <Button type="submit" look="primary" busy={action.busy}>
          Go on
        </Button>
        <Button look="quiet" onClick={onBack}>
          Use another account
        </Button>
      </form>
    </Door>
  )
}
