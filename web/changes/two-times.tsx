import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Diff } from 'lucide-react'
import { usePaged } from '../paged.ts'
import { Badge, type Tone } from '../ui/badge.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { TextField } from '../ui/field.tsx'
import { Listing } from '../ui/listing.tsx'
import { Panel } from '../ui/page.tsx'
import { DiffView } from './diff-view.tsx'
import { fromLocalInput, spans, toLocalInput } from './times.ts'
import { Button } from '../ui/button.tsx'

interface Difference {
  device: { id: number; name: string }
  change: 'added' | 'removed' | 'changed'
  before: Record<string, unknown>
  after: Record<string, unknown>
}

const tones: Record<Difference['change'], Tone> = { added: 'good', removed: 'bad', changed: 'accent' }

/** How the whole inventory differs between two times. */
export function TwoTimes() {
  const { from = '24h', to } = useSearch({ from: '/shell/changes' })
  const navigate = useNavigate({ from: '/changes' })
  const setTimes = (next: { from?: string | undefined; to?: string | undefined }) => {
    const { from: begin, to: end } = { from, to, ...next }
    void navigate({
      search: { mode: 'diff', ...(begin ? { from: begin } : {}), ...(end ? { to: end } : {}) },
      replace: true,
    })
  }
  const listing = usePaged<Difference>('changes', '/inventory/diff', { from, to }, { limit: 50 })
  return (
    <>
      <div className="flex flex-wrap items-end gap-3">
        <div className="flex flex-wrap gap-1">
          {spans.map(([span, label]) => (
            <Button
              key={span}
              look={from === span && !to ? 'plain' : 'quiet'}
              aria-pressed={from === span && !to}
              onClick={() => setTimes({ from: span, to: undefined })}
            >
              {label}
            </Button>
          ))}
        </div>
        <TextField
          label="From"
          type="datetime-local"
          value={toLocalInput(from)}
          onChange={(event) => setTimes({ from: fromLocalInput(event.target.value) })}
        />
        <TextField
          label="To (now when empty)"
          type="datetime-local"
          value={toLocalInput(to)}
          onChange={(event) => setTimes({ to: fromLocalInput(event.target.value) })}
        />
      </div>
      <Panel>
        <Listing
          listing={listing}
          label="Devices that differ"
          lines={10}
          row={(difference) => <DifferenceRow key={difference.device.id} difference={difference} />}
          empty={
            <EmptyState icon={Diff} title="No difference">
              Every device is the same at both times.
            </EmptyState>
          }
        />
      </Panel>
    </>
  )
}

function DifferenceRow({ difference: { device, change, before, after } }: { difference: Difference }) {
  // Of a device that came or went, its name stands beside already.
  const hidden = change === 'changed' ? {} : { name: undefined }
  return (
    <li className="grid gap-x-4 gap-y-1 px-4 py-2 sm:grid-cols-[6rem_14rem_minmax(0,1fr)]">
      <span>
        <Badge tone={tones[change]}>{change}</Badge>
      </span>
      <Link
        to="/devices/$id"
        params={{ id: String(device.id) }}
        className="min-w-0 truncate font-medium hover:text-accent hover:underline"
      >
        {device.name}
      </Link>
      <DiffView before={{ ...before, ...hidden }} after={{ ...after, ...hidden }} atFirst={3} />
    </li>
  )
}
