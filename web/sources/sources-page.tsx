import { useState } from 'react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { PlugZap, Plus, Radar, RefreshCw } from 'lucide-react'
import { api } from '../api.ts'
import { counted } from '../format.ts'
import type { Source } from '../inventory-types.ts'
import { usePaged } from '../paged.ts'
import { useMay } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { DiscoverDialog } from './discover-dialog.tsx'
import { refreshSources, syncNow } from './source-actions.ts'
import { AddSource, EditSource } from './source-dialog.tsx'
import { SourceTable } from './source-table.tsx'
import { TestDialog } from './test-dialog.tsx'
import { TypePicker } from './type-picker.tsx'

/** The systems that are read, and whether one can rely on them. */
export function SourcesPage() {
  const { add, edit } = useSearch({ from: '/shell/sources' })
  const navigate = useNavigate({ from: '/sources' })
  const mayChange = useMay('sources.change')
  const maySync = useMay('sync.run')
  const sources = usePaged<Source>('sources', '/sources', {}, { limit: 500 })
  const [discovers, setDiscovers] = useState(false)
  const [tested, setTested] = useState<string>()
  const [doomed, setDoomed] = useState<Source>()
  const close = () => void navigate({ search: {}, replace: true })
  const choose = (type: string) => void navigate({ search: { add: type } })
  return (
    <Page
      title="Sources"
      lead={
        sources.items ? <span className="text-muted">{counted(sources.items.length, 'source')}</span> : null
      }
      actions={
        <>
          {maySync ? (
            <>
              <Button icon={Radar} onClick={() => setDiscovers(true)}>
                Discover
              </Button>
              <Button
                icon={RefreshCw}
                disabled={!sources.items?.some(({ enabled }) => enabled)}
                onClick={() => void syncNow([], 'All sources are being read')}
              >
                Sync all
              </Button>
            </>
          ) : null}
          {mayChange ? (
            <Button look="primary" icon={Plus} onClick={() => choose('choose')}>
              Add source
            </Button>
          ) : null}
        </>
      }
    >
      <Panel>
        <Listing
          sources={sources}
          mayAdd={mayChange}
          onAdd={() => choose('choose')}
          onEdit={(name) => void navigate({ search: { edit: name } })}
          onTest={setTested}
          onDelete={setDoomed}
        />
      </Panel>
      {sources.hasNextPage ? (
        <Button busy={sources.isFetchingNextPage} onClick={() => void sources.fetchNextPage()}>
          Show more
        </Button>
      ) : null}
      {add === 'choose' ? <TypePicker onType={choose} onClose={close} /> : null}
      {add !== undefined && add !== 'choose' ? <AddSource key={add} type={add} onClose={close} /> : null}
      {edit === undefined ? null : <EditSource key={edit} name={edit} onClose={close} />}
      {discovers ? <DiscoverDialog onClose={() => setDiscovers(false)} /> : null}
      {tested === undefined ? null : <TestDialog name={tested} onClose={() => setTested(undefined)} />}
      {doomed ? <DeleteSource source={doomed} onClose={() => setDoomed(undefined)} /> : null}
    </Page>
  )
}

interface ListingProps {
  sources: ReturnType<typeof usePaged<Source>>
  mayAdd: boolean
  onAdd(): void
  onEdit(name: string): void
  onTest(name: string): void
  onDelete(source: Source): void
}

function Listing({ sources, mayAdd, onAdd, ...actions }: ListingProps) {
  const { items } = sources
  if (items === undefined) {
    if (sources.isError) return <ErrorState error={sources.error} onRetry={() => void sources.refetch()} />
    return <Skeleton />
  }
  if (items.length > 0) return <SourceTable sources={items} {...actions} />
  return (
    <EmptyState
      icon={PlugZap}
      title="No sources yet"
      action={
        mayAdd ? (
          <Button look="primary" icon={Plus} onClick={onAdd}>
            Add source
          </Button>
        ) : null
      }
    >
      Sources are the systems that know about machines: hypervisors, DHCP servers, lists, the network itself.
    </EmptyState>
  )
}

function DeleteSource({ source, onClose }: { source: Source; onClose(): void }) {
  return (
    <ConfirmDialog
      title={`Delete ${source.name}?`}
      verb="Delete source"
      onClose={onClose}
      onConfirm={async () => {
        await api.delete(`/sources/${encodeURIComponent(source.name)}`)
        sayDone(`${source.name} is deleted`)
        await refreshSources()
      }}
    >
      <p>
        Its settings and secrets are deleted, and it is not read any more. What it reported stays:{' '}
        {counted(source.records, 'record')} and their devices. But nothing can tell any more when one of them
        is gone.
      </p>
    </ConfirmDialog>
  )
}
