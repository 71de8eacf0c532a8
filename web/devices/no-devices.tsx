import { Link } from '@tanstack/react-router'
import { LayoutList } from 'lucide-react'
import { useMay } from '../session.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'

/** Queries to begin with, and what each finds. */
const examples = [
  ['type:vm power:on memory>16GB', 'big virtual machines that run'],
  ['seen>30d', 'not seen for a month'],
  ['ip:10.0.0.0/8 -tag:legacy', 'in a subnet, without a tag'],
  ['parent.name:esx-01', 'that a host carries'],
] as const

/** Why there is nothing, and what to do. */
export function NoDevices({ q, onQuery }: { q: string; onQuery(q: string): void }) {
  const maySync = useMay('sources.change')
  if (q === '')
    return (
      <EmptyState
        icon={LayoutList}
        title="No devices yet"
        action={
          maySync ? (
            <Link to="/sources" search={{ add: 'choose' }} className={buttonClass('primary')}>
              Add a source
            </Link>
          ) : null
        }
      >
        Devices come from sources: hypervisors, lease files, scans. Add one, or add a device by hand.
      </EmptyState>
    )
  return (
    <EmptyState
      icon={LayoutList}
      title="No device matches"
      action={<Button onClick={() => onQuery('')}>Show all devices</Button>}
    >
      Retired devices are found with <code className="font-mono text-xs">status:retired</code>.
    </EmptyState>
  )
}

/** What stands in place of the list while the query cannot be read. */
export function QueryExamples({ onQuery }: { onQuery(q: string): void }) {
  return (
    <EmptyState icon={LayoutList} title="This query cannot be read">
      <p>Above stands where and why. A few that can:</p>
      <ul className="mt-3 flex flex-col gap-1 text-left">
        {examples.map(([query, finds]) => (
          <li key={query}>
            <button
              type="button"
              onClick={() => onQuery(query)}
              className="flex w-full flex-wrap items-baseline gap-x-3 rounded px-2 py-1 text-left hover:bg-sunken"
            >
              <code className="font-mono text-xs text-ink">{query}</code>
              <span className="text-xs">{finds}</span>
            </button>
          </li>
        ))}
      </ul>
    </EmptyState>
  )
}
