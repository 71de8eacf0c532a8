import type { ReactNode } from 'react'
import { Clock, Copy, Pause } from 'lucide-react'
import { formatDuration } from '../format.ts'
import { TimeAgo } from '../ui/time-ago.tsx'
import type { ServerDetail } from './server-types.ts'

/** A clock that is further off than this labels what it measures wrongly. */
const skewWorthSaying = 30_000

/** What is odd about a server, and what to do about it. */
export function ServerNotes({ server }: { server: ServerDetail }) {
  const { clockSkewMs, agent, pausedAt } = server
  return (
    <>
      {pausedAt === null ? null : (
        <Note icon={<Pause size={15} aria-hidden />}>
          Paused <TimeAgo at={pausedAt} />: what it tells is kept, but nobody judges whether it answers.
        </Note>
      )}
      {clockSkewMs !== null && Math.abs(clockSkewMs) > skewWorthSaying ? (
        <Note icon={<Clock size={15} aria-hidden />}>
          Its clock is {formatDuration(Math.abs(clockSkewMs))} {clockSkewMs > 0 ? 'behind' : 'ahead of'} ours,
          so its readings stand at wrong times. Let it synchronise its time (chrony, systemd-timesyncd).
        </Note>
      ) : null}
      {agent?.clone ? (
        <Note icon={<Copy size={15} aria-hidden />}>
          Two machines use the key of this server, most likely because one is a copy of the other. The first
          is heard and the second refused. Remove the agent’s settings from the copy and enrol it anew.
        </Note>
      ) : null}
    </>
  )
}

function Note({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <p className="flex items-start gap-2 rounded-md bg-warn-soft px-3 py-2 text-warn">
      <span className="mt-0.5 shrink-0">{icon}</span>
      <span>{children}</span>
    </p>
  )
}
