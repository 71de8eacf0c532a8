import { Link } from '@tanstack/react-router'
import { Scale } from 'lucide-react'
import type { ConflictShape } from '#features/identity/conflict-list-queries.ts'
import { useQueryClient } from '@tanstack/react-query'
import { api } from '../api.ts'
import { factText } from '../device/fact-groups.ts'
import { factLabel } from '../changes/diff-lines.ts'
import { usePaged } from '../paged.ts'
import { useAction } from '../use-action.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Listing } from '../ui/listing.tsx'
import { Panel } from '../ui/page.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { sayDone, sayFailed } from '../ui/toaster.tsx'

/** The fields in which sources contradict each other, each to be settled with one press. */
export function ConflictsView({ q, mayDecide }: { q: string | undefined; mayDecide: boolean }) {
  const listing = usePaged<ConflictShape>('conflicts', '/conflicts', { q })
  return (
    <Panel>
      <Listing
        listing={listing}
        label="Contradictions"
        empty={
          <EmptyState icon={Scale} title="No contradictions">
            Where sources say different things of one device, it is listed here until somebody says who is
            right.
          </EmptyState>
        }
        row={(conflict) => (
          <ConflictItem
            key={`${conflict.device.id} ${conflict.field}`}
            conflict={conflict}
            mayDecide={mayDecide}
          />
        )}
      />
    </Panel>
  )
}

/** Settles contradictions and reads again what depends on them. */
export function useSettle() {
  const client = useQueryClient()
  return useAction(async (body: object, sentence: string) => {
    try {
      const { jobs } = await api.post<{ jobs: number[] }>('/conflicts/resolve', body)
      sayDone(jobs.length === 0 ? sentence : `${sentence}; job ${jobs.join(', ')} computes the devices`)
    } catch (error) {
      sayFailed(error)
    }
    for (const name of ['conflicts', 'field-rules', 'device', 'devices', 'changes', 'jobs'])
      await client.invalidateQueries({ queryKey: [name] })
  })
}

function ConflictItem({ conflict, mayDecide }: { conflict: ConflictShape; mayDecide: boolean }) {
  const { device, field, claims, since } = conflict
  const settle = useSettle()
  const items = [{ device: device.id, field }]
  const label = factLabel(field)
  return (
    <li className="flex flex-col gap-1.5 px-4 py-3">
      <div className="flex flex-wrap items-baseline gap-2">
        <Link
          to="/devices/$id"
          params={{ id: String(device.id) }}
          className="font-medium text-accent hover:underline"
        >
          {device.name}
        </Link>
        <span>{label}</span>
        <span className="ml-auto text-xs text-muted">
          since <TimeAgo at={since} />
        </span>
      </div>
      <ul
        aria-label={`What sources say of the ${label.toLowerCase()} of ${device.name}`}
        className="flex flex-col gap-1"
      >
        {claims.map(({ source, recordId, value }, index) => (
          <li key={recordId} className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="min-w-40 font-medium break-words">{factText(field, value)}</span>
            <span className="text-muted">{source}</span>
            {index === 0 ? <Badge tone="accent">counts now</Badge> : null}
            {mayDecide ? (
              <span className="ml-auto flex flex-wrap gap-1">
                <Button
                  look="quiet"
                  disabled={settle.busy}
                  onClick={() =>
                    void settle.run({ items, by: 'prefer', source }, `${device.name}: ${source} is believed`)
                  }
                >
                  Believe here
                </Button>
                <Confirm
                  title={`Believe ${source} everywhere?`}
                  verb="Believe everywhere"
                  onConfirm={() =>
                    settle.run(
                      { items, by: 'prefer-everywhere', source },
                      `${label}: ${source} is believed everywhere`,
                    )
                  }
                  trigger={(open) => (
                    <Button look="quiet" disabled={settle.busy} onClick={open}>
                      Everywhere
                    </Button>
                  )}
                >
                  {label} is what {source} says, for every device that it tells of, until the rule is taken
                  back (tab Rules). Locks and entered values stay.
                </Confirm>
                <Button
                  look="quiet"
                  disabled={settle.busy}
                  onClick={() =>
                    void settle.run({ items, by: 'lock', value }, `${device.name}: ${label} is locked`)
                  }
                >
                  Lock
                </Button>
              </span>
            ) : null}
          </li>
        ))}
      </ul>
    </li>
  )
}
