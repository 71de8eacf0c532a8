import { Archive, DatabaseBackup } from 'lucide-react'
import { api } from '../api.ts'
import { formatBytes } from '../format.ts'
import { usePaged } from '../paged.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { Panel } from '../ui/page.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { followJob } from './follow-job.ts'
import { PagedList } from './paged-list.tsx'
import { refresh } from './refresh.ts'

interface Backup {
  file: string
  bytes: number
  takenAt: string
  reason: 'manual' | 'schedule' | 'migration' | 'before-restore'
}

const reasons: Record<Backup['reason'], string> = {
  manual: 'by hand',
  schedule: 'by schedule',
  migration: 'before a migration',
  'before-restore': 'before a restore',
}

const columns: readonly Column<Backup>[] = [
  { header: 'Made', cell: ({ takenAt }) => <TimeAgo at={takenAt} className="whitespace-nowrap" /> },
  { header: 'Why', cell: ({ reason }) => <Badge>{reasons[reason]}</Badge> },
  { header: 'Size', cell: ({ bytes }) => formatBytes(bytes), className: 'text-right whitespace-nowrap' },
  { header: 'File', cell: ({ file }) => <code className="font-mono text-xs break-all">{file}</code> },
]

/** Copies of the database, and how to make one now. */
export function BackupsPanel() {
  const backups = usePaged<Backup>('backups', '/db/backups')
  const backUp = useAction(async () => {
    const { jobId } = await api.post<{ jobId: number }>('/db/backups')
    await followJob(jobId)
    sayDone('The backup is made', 'The copy was opened and checked.')
    await refresh('backups')
  })
  return (
    <Panel
      title="Backups"
      actions={
        <Button icon={DatabaseBackup} busy={backUp.busy} onClick={() => void backUp.run()}>
          Back up now
        </Button>
      }
    >
      <ErrorLine error={backUp.error} />
      <PagedList
        listing={backups}
        empty={
          <EmptyState icon={Archive} title="No backup yet">
            One is made every night, and before every change of the schema.
          </EmptyState>
        }
      >
        {(items) => <Table label="Backups" columns={columns} rows={items} rowKey={({ file }) => file} />}
      </PagedList>
    </Panel>
  )
}
