import { Link } from '@tanstack/react-router'
import type { Change } from '#features/inventory/device-shapes.ts'
import { changeWords } from '../changes/change-words.ts'
import { DeviceName } from '../changes/device-name.tsx'
import { diffLines, whoDid } from '../changes/diff-lines.ts'
import { ChangedDevice } from '../changes/change-row.tsx'
import { Badge } from '../ui/badge.tsx'
import { Panel } from '../ui/page.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'

/** What changed last, one line each. */
export function NewestChanges({ changes }: { changes: readonly Change[] }) {
  return (
    <Panel
      title="Newest changes"
      actions={
        <Link to="/changes" className="px-1 text-xs text-accent hover:underline">
          All changes
        </Link>
      }
    >
      {changes.length === 0 ? (
        <p className="px-4 py-3.5 text-muted">Nothing has changed yet.</p>
      ) : (
        <ul className="divide-y">
          {changes.map((change) => (
            <Line key={change.id} change={change} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Line({ change }: { change: Change }) {
  const { word, tone } = changeWords[change.operation]
  return (
    <li className="grid grid-cols-[5rem_minmax(0,1fr)_auto] items-baseline gap-x-3 px-4 py-1.5 sm:grid-cols-[5rem_minmax(0,11rem)_minmax(0,1fr)_auto]">
      <span>
        <Badge tone={tone}>{word}</Badge>
      </span>
      <span className="flex min-w-0">
        <ChangedDevice change={change} />
      </span>
      <span className="min-w-0 truncate text-xs text-muted max-sm:hidden">
        <InShort change={change} />
      </span>
      <TimeAgo at={change.at} className="text-right text-xs whitespace-nowrap text-muted" />
    </li>
  )
}

/** What changed in one line: the first fact, and how many more. */
function InShort({ change: { operation, before, after, source, by } }: { change: Change }) {
  const from = source ?? whoDid(by)
  if (operation === 'create') return `by ${from}`
  const lines = diffLines(before, after)
  const [first] = lines
  if (!first) return `by ${from}`
  const { label, device } = first
  const value = device === undefined ? first.after || first.before : <DeviceName id={device} />
  const gone = first.after === '' ? ' is gone' : ''
  const more = lines.length > 1 ? `, and ${lines.length - 1} more` : ''
  return (
    <>
      {label}: {value}
      {`${gone}${more} · ${from}`}
    </>
  )
}
