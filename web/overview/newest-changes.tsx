import { Link } from '@tanstack/react-router'
import type { Change } from '#features/inventory/device-shapes.ts'
import { ChangedDevice, Origin } from '../changes/change-row.tsx'
import { changeWords } from '../changes/change-words.ts'
import { diffLines } from '../changes/diff-lines.ts'
import { Badge } from '../ui/badge.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Panel } from '../ui/page.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'

/** The newest changes, one line each. */
export function NewestChanges({ changes }: { changes: readonly Change[] }) {
  return (
    <Panel
      title="Newest changes"
      actions={
        <Link to="/changes" className={buttonClass('quiet', 'h-7')}>
          All changes
        </Link>
      }
    >
      {changes.length === 0 ? <p className="px-4 py-5 text-muted">Nothing changed yet.</p> : null}
      <ul className="divide-y">
        {changes.map((change) => (
          <ChangeLine key={change.id} change={change} />
        ))}
      </ul>
    </Panel>
  )
}

function ChangeLine({ change }: { change: Change }) {
  const { word, tone } = changeWords[change.operation]
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-3 px-4 py-1.5 sm:grid-cols-[5rem_11rem_minmax(0,1fr)_auto]">
      <span className="hidden sm:block">
        <Badge tone={tone}>{word}</Badge>
      </span>
      <span className="flex min-w-0">
        <ChangedDevice change={change} />
      </span>
      <span className="hidden min-w-0 truncate text-xs text-muted sm:block">{summary(change)}</span>
      <span className="flex items-baseline gap-2 text-xs whitespace-nowrap text-muted">
        <span className="hidden xl:inline">
          <Origin change={change} />
        </span>
        <TimeAgo at={change.at} />
      </span>
    </li>
  )
}

/** `Operating system: Debian 12 → Debian 13, 2 more`; of a new device where it stands. */
function summary({ operation, before, after }: Change): string {
  const lines = diffLines(before, after)
  if (operation === 'create')
    return ['os', 'address', 'site']
      .map((path) => lines.find((line) => line.path === path)?.after)
      .filter(Boolean)
      .join(' · ')
  const [first, ...more] = lines
  if (!first) return ''
  const change = [first.before, first.after].filter(Boolean).join(' → ')
  return `${first.label}: ${change}${more.length > 0 ? `, ${more.length} more` : ''}`
}
