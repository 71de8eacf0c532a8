import { Link } from '@tanstack/react-router'
import { Badge } from '../ui/badge.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import type { Claim } from './prefix-types.ts'

/** One who has an address, and where. */
export function ClaimLine({ claim }: { claim: Claim }) {
  const { port, mac, length, isShared, host, device, seen } = claim
  return (
    <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
      <ClaimName claim={claim} />
      {port === null ? null : <span className="text-xs text-muted">{port}</span>}
      {length === null ? null : <span className="font-mono text-xs text-muted">/{length}</span>}
      {mac === null || mac === claim.name ? null : (
        <span className="font-mono text-xs text-muted">{mac}</span>
      )}
      {isShared ? <Badge>shared</Badge> : null}
      {host !== null && device === null ? <Badge>no device</Badge> : null}
      <span className="text-xs text-muted">
        seen <TimeAgo at={seen} />
      </span>
    </span>
  )
}

function ClaimName({ claim: { device, host, name, mac } }: { claim: Claim }) {
  if (device !== null)
    return (
      <Link
        to="/devices/$id"
        params={{ id: String(device) }}
        className="min-w-0 truncate font-medium hover:text-accent hover:underline"
      >
        {name}
      </Link>
    )
  if (host !== null && mac !== null)
    return (
      <Link
        to="/hosts"
        search={{ q: `mac:${mac}` }}
        className="min-w-0 truncate font-medium hover:text-accent hover:underline"
      >
        {name}
      </Link>
    )
  return <span className="min-w-0 truncate">{name}</span>
}
