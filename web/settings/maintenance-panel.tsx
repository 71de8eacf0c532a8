import { useState } from 'react'
import { Brush, Eye } from 'lucide-react'
import { api } from '../api.ts'
import { formatBytes, formatNumber } from '../format.ts'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { Panel } from '../ui/page.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { useAction } from '../use-action.ts'

interface CleanUp {
  name: string
  about: string
  count: number
}

interface Maintenance {
  dryRun: boolean
  cleanUps: CleanUp[]
  bytes: number
  freedBytes: number | null
}

/** Clearing up what has become old; first it counts what that would be. */
export function MaintenancePanel() {
  const [outcome, setOutcome] = useState<Maintenance>()
  const action = useAction(async (dryRun: boolean) =>
    setOutcome(await api.post<Maintenance>('/db/maintain', { dryRun })),
  )
  return (
    <Panel
      title="Clean-up"
      actions={
        <>
          <Button look="quiet" icon={Eye} busy={action.busy} onClick={() => void action.run(true)}>
            Count first
          </Button>
          {outcome?.dryRun ? (
            <Button icon={Brush} busy={action.busy} onClick={() => void action.run(false)}>
              Clear up
            </Button>
          ) : null}
        </>
      }
    >
      <ErrorLine error={action.error} />
      <div aria-live="polite">
        {outcome ? (
          <Outcome outcome={outcome} />
        ) : (
          <p className="px-4 py-3 text-muted">
            Removes what is older than it need be kept, and puts indexes in order. It runs by itself every
            night; to see what it would do now, let it count first.
          </p>
        )}
      </div>
    </Panel>
  )
}

const columns: readonly Column<CleanUp>[] = [
  { header: 'What', cell: ({ about }) => about },
  {
    header: 'How many',
    cell: ({ count }) => (count === 0 ? <span className="text-muted">0</span> : formatNumber(count)),
    className: 'text-right',
  },
]

function Outcome({ outcome }: { outcome: Maintenance }) {
  return (
    <>
      <Table label="Clean-up" columns={columns} rows={outcome.cleanUps} rowKey={({ name }) => name} />
      <p className="border-t px-3 py-2 text-xs text-muted">
        {outcome.dryRun
          ? `Nothing was changed yet. The database has ${formatBytes(outcome.bytes)}.`
          : `Done. ${formatBytes(outcome.freedBytes ?? 0)} became free; the database has ${formatBytes(outcome.bytes)}.`}
      </p>
    </>
  )
}
