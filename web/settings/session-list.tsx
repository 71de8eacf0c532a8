import { LogOut } from 'lucide-react'
import { api } from '../api.ts'
import { usePaged } from '../paged.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Panel } from '../ui/page.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { ErrorLine } from '../ui/error-state.tsx'
import { PagedList } from './paged-list.tsx'
import { browserName } from './browser-name.ts'
import { refresh } from './refresh.ts'

interface SignedIn {
  id: string
  address: string | null
  userAgent: string | null
  createdAt: string
  expiresAt: string
  current: boolean
}

/** Where one is signed in, and how to end it from here. */
export function SessionList() {
  const sessions = usePaged<SignedIn>('sessions', '/sessions')
  const others = sessions.items?.filter(({ current }) => !current) ?? []
  const end = useAction(async (ended: readonly SignedIn[]) => {
    for (const { id } of ended) await api.delete(`/sessions/${encodeURIComponent(id)}`)
    sayDone(ended.length === 1 ? 'That session is over' : 'The other sessions are over')
    await refresh('sessions')
  })
  return (
    <Panel
      title="Where you are signed in"
      actions={
        others.length > 1 ? (
          <Button look="quiet" busy={end.busy} onClick={() => void end.run(others)}>
            End all others
          </Button>
        ) : null
      }
    >
      <ErrorLine error={end.error} />
      <PagedList listing={sessions} empty={<p className="px-4 py-3 text-muted">Nowhere but here.</p>}>
        {(items) => (
          <ul className="divide-y">
            {items.map((session) => (
              <li key={session.id} className="flex flex-wrap items-center gap-x-3 px-4 py-2">
                <span className="font-medium">{browserName(session.userAgent)}</span>
                {session.current ? <Badge tone="good">this one</Badge> : null}
                <span className="text-muted">
                  {session.address ?? 'unknown address'}, since <TimeAgo at={session.createdAt} />
                </span>
                {session.current ? null : (
                  <Button
                    look="quiet"
                    icon={LogOut}
                    className="ml-auto"
                    busy={end.busy}
                    onClick={() => void end.run([session])}
                  >
                    End
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </PagedList>
    </Panel>
  )
}
