import { Archive, DatabaseBackup } from 'lucide-react'
import { api } from '../api.ts'
import { formatBytes } from '../format.ts'
import { usePaged } from '../paged.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { Panel } from '../ui/page.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { PagedList } from './paged-list.tsx'
import { refresh } from './refresh.ts'

interface Backup {
  name: string
  createdAt: string
  sizeBytes: number
}

const columns: readonly Column<Backup>[] = [
  { header: 'Backup', cell: ({ name }) => <code className="font-mono text-xs break-all">{name}</code> },
  { header: 'Made', cell: ({ createdAt }) => <TimeAgo at={createdAt} className="whitespace-nowrap" /> },
  {
    header: 'Size',
    cell: ({ sizeBytes }) => formatBytes(sizeBytes),
    className: 'text-right whitespace-nowrap',
  },
]

/** Copies of the database, and how to make one now. */
export function BackupsPanel({ mayManage }: { mayManage: boolean }) {
  const backups = usePaged<Backup>('backups', '/db/backups')
  const backUp = useAction(async () => {
    await api.post('/db/backups')
    sayDone('The backup began', 'It counts once the copy was opened and checked.')
    await refresh('backups')
  })
  return (
    <Panel
      title="Backups"
      actions={
        mayManage ? (
          <Button icon={DatabaseBackup} busy={backUp.busy} onClick={() => void backUp.run()}>
            Back up now
          </Button>
        ) : null
      }
    >
      <ErrorLine error={backUp.error} />
      <PagedList
        listing={backups}
        empty={
          <EmptyState icon={Archive} title="No backup yet">
            One is made every night, and before every change of the schema. Keep the key file apart from them:
            without it the secrets in a backup cannot be read.
          </EmptyState>
        }
      >
        {(items) => <Table label="Backups" columns={columns} rows={items} rowKey={({ name }) => name} />}
      </PagedList>
    </Panel>
  )
}
