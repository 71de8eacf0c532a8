import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { api } from '../api.ts'
import { setupQuery } from '../session.ts'
import { buttonClass } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { focusOnMount } from '../ui/focus-on-mount.ts'
import { QueryView } from '../ui/query-view.tsx'
import { useAction } from '../use-action.ts'
import { signIn } from './auth.ts'
import { Door } from './door.tsx'
import { useLinkToken } from './link-token.ts'
import { PasswordForm } from './password-form.tsx'

/** Makes the first admin with the link that the server printed, and signs that person in. */
export function SetupPage() {
  const token = useLinkToken(useSearch({ from: '/setup' }).token)
  const state = useQuery(setupQuery)
  return (
    <QueryView query={state}>
      {({ needed }) =>
        !needed ? <SetUpAlready /> : token === undefined ? <LinkNeeded /> : <FirstAdmin token={token} />
      }
    </QueryView>
  )
}

function SetUpAlready() {
  return (
    <Door title="Rollcall is set up already" lead="The first admin exists. The link has done its work.">
      <Link to="/sign-in" className={buttonClass('primary')}>
        Sign in
      </Link>
    </Door>
  )
}

function LinkNeeded() {
  return (
    <Door
      title="Open the set-up link"
      lead="Rollcall has no admin yet. Only who can read the server's output may become one."
    >
      <ol className="flex list-decimal flex-col gap-2 pl-5">
        <li>
          Look at the terminal or the log where Rollcall was started: it printed a link that ends in /setup#…
        </li>
        <li>Open the whole link in this browser. It works once.</li>
        <li>
          If it is gone or has expired, run <code className="font-mono text-xs">./rollcall setup link</code>{' '}
          on the server and open the new one.
        </li>
      </ol>
    </Door>
  )
}

function FirstAdmin({ token }: { token: string }) {
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const navigate = useNavigate()
  const action = useAction(async (password: string) => {
    await api.post('/setup', { token, name: name.trim(), email: email.trim(), password })
    await signIn(email.trim(), password)
    await navigate({ to: '/', replace: true })
  })
  return (
    <Door
      title="Welcome"
      lead="Make yourself the admin of this installation. Others can be invited afterwards."
    >
      <PasswordForm
        verb="Set up Rollcall"
        busy={action.busy}
        error={action.error}
        known={[name, email]}
        onPassword={(password) => void action.run(password)}
      >
        <TextField
          label="Your name"
          autoComplete="name"
          aria-required
          ref={focusOnMount}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label="E-mail address"
          type="email"
          autoComplete="username"
          aria-required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          hint="You sign in with it; nothing is sent there."
        />
      </PasswordForm>
    </Door>
  )
}
