import { useState } from 'react'
import { Link } from '@tanstack/react-router'
import { Check, TriangleAlert, X } from 'lucide-react'
import type { Run } from '#features/sync/run-shapes.ts'
import { api } from '../api.ts'
import { counted, formatNumber, formatTime } from '../format.ts'
import { useMay } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { MissingRecords } from './missing-records.tsx'
import { refreshRuns } from './run-actions.ts'

/** Many records went missing at once: a person says whether they are really gone. */
export function MissingDecision({ run }: { run: Run }) {
  const mayDecide = useMay('sync.run')
  const [shown, setShown] = useState(false)
  const decide = useAction(async (decision: 'approve' | 'reject') => {
    await api.post<Run>(`/runs/${run.id}/decide`, { decision })
    sayDone(
      decision === 'approve'
        ? `${counted(run.missingWaiting, 'record')} of ${run.source} marked as gone`
        : 'They stay as they are',
    )
    await refreshRuns()
  })
  if (run.missingDecision !== null) return <Decided run={run} />
  return (
    <section aria-label="A decision is needed" className="rounded-lg border border-warn bg-surface">
      <div className="flex flex-wrap items-start gap-3 px-4 py-3">
        <TriangleAlert size={18} className="mt-0.5 shrink-0 text-warn" aria-hidden />
        <div className="flex min-w-0 flex-1 basis-80 flex-col gap-1">
          <h2 className="font-semibold">
            Are {counted(run.missingWaiting, 'record')} of {run.source} really gone?
          </h2>
          <p>
            This run saw {formatNumber(run.recordsSeen)}, and {formatNumber(run.missingWaiting)} that were
            there before it did not. That is more than usual, so nothing was marked as gone. Somebody may have
            deleted them; or the source showed less than it has, for want of a right or because a part of it
            is down.
          </p>
          <ErrorLine error={decide.error} />
        </div>
        {mayDecide ? (
          <div className="flex flex-wrap gap-2">
            <Button icon={X} disabled={decide.busy} onClick={() => void decide.run('reject')}>
              No, keep them
            </Button>
            <Button look="danger" icon={Check} busy={decide.busy} onClick={() => void decide.run('approve')}>
              Yes, they are gone
            </Button>
          </div>
        ) : null}
      </div>
      <div className="border-t px-4 py-1.5">
        <button
          type="button"
          aria-expanded={shown}
          onClick={() => setShown(!shown)}
          className="text-accent hover:underline"
        >
          {shown ? 'Hide them' : `Show the ${formatNumber(run.missingWaiting)}`}
        </button>
        <Link
          to="/devices"
          search={{ q: `source:"${run.source}"` }}
          className="ml-4 text-muted hover:text-accent hover:underline"
        >
          All devices of {run.source}
        </Link>
      </div>
      {shown ? <MissingRecords run={run} /> : null}
    </section>
  )
}

function Decided({ run }: { run: Run }) {
  const what =
    run.missingDecision === 'approved'
      ? `${counted(run.missingWaiting, 'record')} were marked as gone`
      : `${counted(run.missingWaiting, 'record')} that were not seen stay as they were`
  return (
    <p className="rounded-lg bg-sunken px-4 py-2.5 text-muted">
      {what}: decided by {run.decidedBy ?? 'somebody'}
      {run.decidedAt ? ` on ${formatTime(run.decidedAt)}` : ''}.
    </p>
  )
}
