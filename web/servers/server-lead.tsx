import { Link } from '@tanstack/react-router'
import { formatUptime } from '../format.ts'
import { TimeAgo } from '../ui/time-ago.tsx'
import type { ServerDetail } from './server-types.ts'
import { systemOf } from './server-words.ts'
import { StateMark } from './state-mark.tsx'

/** How the server is, since when, and what it is, in one line. */
export function ServerLead({ server }: { server: ServerDetail }) {
  const uptime = server.latest?.values['uptime_seconds']
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
      <StateMark server={server} className="font-medium" />
      {server.statusSince === null ? null : (
        <span className="text-muted">
          since <TimeAgo at={server.statusSince} />
        </span>
      )}
      <span className="text-muted">
        {server.lastSeen === null ? (
          'never heard'
        ) : (
          <>
            heard <TimeAgo at={server.lastSeen} />
          </>
        )}
      </span>
      {systemOf(server) === '' ? null : <span className="text-muted">{systemOf(server)}</span>}
      {uptime === undefined || server.status !== 'online' ? null : (
        <span className="text-muted">up {formatUptime(uptime)}</span>
      )}
      {server.device === null ? null : (
        <Link
          to="/devices/$id"
          params={{ id: String(server.device.id) }}
          className="text-accent hover:underline"
        >
          Device {server.device.name}
        </Link>
      )}
    </span>
  )
}
