import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { sessionQuery, type Session } from '../session.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Panel } from '../ui/page.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { ChangePassword } from './change-password.tsx'
import { OwnName } from './own-name.tsx'
import { SessionList } from './session-list.tsx'
import { SecondFactor } from './second-factor.tsx'

/** Who one is, and how one proves it. */
export function MePart() {
  const session = useQuery(sessionQuery)
  return (
    <QueryView query={session}>
      {(me) => (
        <>
          <You me={me} />
          {me.user === null ? null : (
            <>
              {me.hasPassword ? <ChangePassword me={me} /> : null}
              {me.hasPassword ? <SecondFactor on={me.twoFactor} /> : null}
              <SessionList />
            </>
          )}
        </>
      )}
    </QueryView>
  )
}

/** Name and rights; the name is one's own to change. */
function You({ me }: { me: Session }) {
  const [renaming, setRenaming] = useState(false)
  const change = (
    <Button look="quiet" onClick={() => setRenaming(true)}>
      Change name
    </Button>
  )
  return (
    <Panel title="You" actions={me.user === null || renaming ? null : change}>
      {renaming && me.user ? (
        <OwnName name={me.user.name} onDone={() => setRenaming(false)} />
      ) : (
        <Profile me={me} />
      )}
    </Panel>
  )
}

const roleMeanings = {
  viewer: 'sees the inventory',
  operator: 'sees the inventory, edits it, reviews hosts and reads sources',
  admin: 'may do everything',
} as const

function Profile({ me }: { me: Session }) {
  return (
    <dl className="grid grid-cols-[8rem_minmax(0,1fr)] gap-x-4 gap-y-2 px-4 py-3">
      <Line name="Name">{me.user?.name ?? me.name}</Line>
      {me.user ? <Line name="E-mail address">{me.user.email}</Line> : null}
      {me.role === null ? null : (
        <Line name="Role">
          <Badge tone="accent">{me.role}</Badge> <span className="text-muted">{roleMeanings[me.role]}</span>
        </Line>
      )}
      {me.tags === null ? null : (
        <Line name="Limited to">
          devices with one of the tags{' '}
          {me.tags.map((tag) => (
            <Badge key={tag} className="mr-1">
              {tag}
            </Badge>
          ))}
        </Line>
      )}
      {me.hasPassword || me.user === null ? null : (
        <Line name="Sign-in">by your organisation’s provider; there is no password here</Line>
      )}
    </dl>
  )
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}
