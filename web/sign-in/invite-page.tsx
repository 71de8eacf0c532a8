import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { api } from '../api.ts'
import { buttonClass } from '../ui/button.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { useAction } from '../use-action.ts'
import { signIn } from './auth.ts'
import { Door } from './door.tsx'
import { useLinkToken } from './link-token.ts'
import { PasswordForm } from './password-form.tsx'

interface Person {
  email: string
  name: string
}

/** Where an invited person chooses a password. */
export function InvitePage() {
  const token = useLinkToken()
  if (token !== undefined) return <Invited token={token} />
  return (
    <Door
      title="This link is not whole"
      lead="Open the whole link of the invitation, with everything behind the #. An admin can make a new one."
    >
      <Link to="/sign-in" className={buttonClass()}>
        Sign in
      </Link>
    </Door>
  )
}

function Invited({ token }: { token: string }) {
  const navigate = useNavigate()
  const invitation = useQuery({
    queryKey: ['invite', token],
    queryFn: () => api.post<Person>('/invites/show', { token }),
    staleTime: Infinity,
  })
  const action = useAction(async (email: string, password: string) => {
    await api.post('/invites/accept', { token, password })
    if ((await signIn(email, password)) === 'done') await navigate({ to: '/', replace: true })
    else await navigate({ to: '/sign-in' })
  })
  return (
    <QueryView query={invitation}>
      {({ email, name }) => (
        <Door title={`Welcome, ${name}`} lead={`Choose the password with which ${email} signs in.`}>
          <PasswordForm
            verb="Choose password"
            busy={action.busy}
            error={action.error}
            known={[name, email]}
            onPassword={(password) => void action.run(email, password)}
          />
        </Door>
      )}
    </QueryView>
  )
}
