import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { CircleStop, RefreshCw } from 'lucide-react'
import type { Run } from '#features/sync/run-shapes.ts'
import { api } from '../api.ts'
import { useMay } from '../session.ts'
import { syncNow } from '../sources/source-actions.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { RunStatus } from '../ui/status-badges.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { MissingDecision } from './missing-decision.tsx'
import { refreshRuns, runQuery } from './run-actions.ts'
import { RunChanges } from './run-changes.tsx'
import { RunCounts, RunFacts } from './run-facts.tsx'
import { RunProgressBar } from './run-progress.tsx'
import { RunTrouble } from './run-trouble.tsx'

/** One reading of one source: how far it is or how it ended, what it found and what it changed. */
export function RunPage() {
  const { id } = useParams({ from: '/shell/runs/$id' })
  const run = useQuery(runQuery(id))
  return (
    <Page
      title={run.data ? `${run.data.source}, run ${id}` : `Run ${id}`}
      lead={run.data ? <RunStatus run={run.data} /> : null}
      actions={run.data ? <Actions run={run.data} /> : null}
    >
      <QueryView query={run}>{(shown) => <RunView run={shown} />}</QueryView>
    </Page>
  )
}

function RunView({ run }: { run: Run }) {
  return (
    <>
      {run.status === 'running' ? (
        <Panel className="p-3">
          <RunProgressBar run={run} />
        </Panel>
      ) : null}
      <RunTrouble run={run} />
      {run.missingWaiting > 0 ? <MissingDecision run={run} /> : null}
      <Panel title="What it found">
        <RunCounts run={run} />
        <RunFacts run={run} />
      </Panel>
      <Warnings warnings={run.warnings} />
      <RunChanges run={run} />
    </>
  )
}

function Warnings({ warnings }: { warnings: readonly string[] }) {
  if (warnings.length === 0) return null
  return (
    <Panel title={`Warnings (${warnings.length})`}>
      <ul className="divide-y">
        {warnings.map((warning) => (
          <li key={warning} className="px-3 py-1.5 break-words">
            {warning}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Actions({ run }: { run: Run }) {
  const maySync = useMay('sync.run')
  const mayCancel = useMay('jobs.control')
  if (run.status === 'running')
    return mayCancel && run.jobId !== null ? (
      <Confirm
        title="Stop reading?"
        verb="Stop reading"
        onConfirm={async () => {
          await api.post(`/jobs/${run.jobId}/cancel`)
          sayDone('The run is asked to stop')
          await refreshRuns()
        }}
        trigger={(open) => (
          <Button icon={CircleStop} onClick={open}>
            Stop
          </Button>
        )}
      >
        What was read so far stays, and nothing is marked as gone. Other sources that the same job was to read
        are not read either.
      </Confirm>
    ) : null
  return (
    <>
      <Link
        to="/runs"
        search={{ source: run.source }}
        className="px-1 text-muted hover:text-accent hover:underline"
      >
        All runs of {run.source}
      </Link>
      {maySync ? (
        <Button icon={RefreshCw} onClick={() => void syncNow([run.source], `${run.source} is being read`)}>
          Read again
        </Button>
      ) : null}
    </>
  )
}
