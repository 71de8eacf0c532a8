import { Gauge, Plus } from 'lucide-react'
import { useMay } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'

/** Why no server is shown, and what to do about it. */
export function NoServers({
  q,
  onQuery,
  onAdd,
}: {
  q: string
  onQuery(q: string): void
  onAdd?: (() => void) | undefined
}) {
  const mayAdd = useMay('monitoring.change')
  if (q !== '')
    return (
      <EmptyState
        icon={Gauge}
        title="No server matches"
        action={<Button onClick={() => onQuery('')}>Show all servers</Button>}
      />
    )
  return (
    <EmptyState
      icon={Gauge}
      title="No servers yet"
      action={
        mayAdd && onAdd ? (
          <Button look="primary" icon={Plus} onClick={onAdd}>
            Add a server
          </Button>
        ) : null
      }
    >
      A server is a machine that tells how it is: CPU, memory, disks, network. Install the agent, or point the
      Telegraf or Prometheus that you run already to here.
    </EmptyState>
  )
}

const examples = [
  ['status:offline', 'that do not answer'],
  ['seen<1h status:unknown', 'heard of late, and unclear'],
  ['site:Graz device.type:server', 'by what their devices are'],
  ['os:debian* -tag:legacy', 'by system and tag'],
] as const

export function ServerQueryExamples({ onQuery }: { onQuery(q: string): void }) {
  return (
    <EmptyState icon={Gauge} title="This query cannot be read">
      <p>Above stands where and why. A few that can:</p>
      <ul className="mt-3 flex flex-col gap-1 text-left">
        {examples.map(([query, means]) => (
          <li key={query}>
            <button
              type="button"
              onClick={() => onQuery(query)}
              className="flex w-full flex-wrap items-baseline gap-x-3 rounded px-2 py-1 text-left hover:bg-sunken"
            >
              <code className="font-mono text-xs text-ink">{query}</code>
              <span className="text-xs">{means}</span>
            </button>
          </li>
        ))}
      </ul>
    </EmptyState>
  )
}
