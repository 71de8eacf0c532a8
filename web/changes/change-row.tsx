import { Link } from '@tanstack/react-router'
import type { Change } from '#features/inventory/device-shapes.ts'
import { Badge } from '../ui/badge.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { changeWords } from './change-words.ts'
import { whoDid } from './diff-lines.ts'
import { DiffView } from './diff-view.tsx'

/** One change of the inventory: when, what device, who, before and after. */
export function ChangeRow({ change }: { change: Change }) {
  const { before, after, operation } = change
  const { word, tone } = changeWords[operation]
  // The name of a new device stands beside already.
  const hidden = operation === 'create' ? { name: undefined } : {}
  return (
    <li className="grid gap-x-4 gap-y-1 px-4 py-2 sm:grid-cols-[5.5rem_5.5rem_minmax(0,12rem)_minmax(0,1fr)] lg:grid-cols-[5.5rem_5.5rem_minmax(0,14rem)_minmax(0,1fr)_auto]">
      <TimeAgo at={change.at} className="pt-px text-xs text-muted" />
      <span>
        <Badge tone={tone}>{word}</Badge>
      </span>
      <span className="flex min-w-0 items-start">
        <ChangedDevice change={change} />
      </span>
      <DiffView before={{ ...before, ...hidden }} after={{ ...after, ...hidden }} atFirst={4} />
      <Origin change={change} />
    </li>
  )
}

/** The device of a change; its name only when it is no more. */
export function ChangedDevice({ change: { device, before } }: { change: Pick<Change, 'device' | 'before'> }) {
  if (device === null) {
    const name = typeof before['name'] === 'string' ? before['name'] : 'a device that is no more'
    return <span className="truncate text-muted">{name}</span>
  }
  return (
    <Link
      to="/devices/$id"
      params={{ id: String(device.id) }}
      className="min-w-0 truncate font-medium hover:text-accent hover:underline"
    >
      {device.name}
    </Link>
  )
}

/** Where a change comes from: the source and its run, or the person. */
export function Origin({ change }: { change: Change }) {
  return (
    <span className="min-w-0 truncate text-xs text-muted lg:text-right" title={change.by}>
      {change.source === null || change.source === 'manual' ? whoDid(change.by) : change.source}
      {change.runId === null ? null : (
        <>
          {' · '}
          <Link
            to="/runs/$id"
            params={{ id: String(change.runId) }}
            className="hover:text-accent hover:underline"
          >
            run {change.runId}
          </Link>
        </>
      )}
    </span>
  )
}
