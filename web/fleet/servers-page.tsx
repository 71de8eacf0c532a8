import { useCallback, useMemo, useRef, useState } from 'react'
import { useNavigate } from '@tanstack/react-router'
import { counted } from '../format.ts'
import { useKeptState } from '../kept-state.ts'
import { chooseKeys, moveKeys } from '../list/move-keys.ts'
import { useKeys } from '../list/use-keys.ts'
import { useSelection } from '../list/use-selection.ts'
import { isLong, usePaged } from '../paged.ts'
import { QueryBar } from '../query/query-bar.tsx'
import { queryClient } from '../query-client.ts'
import type { ServerItem } from '../servers/server-types.ts'
import { useMay } from '../session.ts'
import { KeysDialog } from '../ui/keys-dialog.tsx'
import { Page } from '../ui/page.tsx'
import { ViewMenu } from '../views/view-menu.tsx'
import { AddServerDialog } from './add-server-dialog.tsx'
import { FleetActions } from './fleet-actions.tsx'
import { comparedAtMost, FleetBar } from './fleet-bar.tsx'
import { fleetKeys } from './fleet-keys.ts'
import { FleetList } from './fleet-list.tsx'
import { GroupChoice } from './group-choice.tsx'
import { GroupList } from './group-list.tsx'
import { nextServerSort, shownServerColumns } from './server-columns.ts'
import { StatusCounts } from './status-counts.tsx'
import { useFleetPlace } from './use-fleet-place.ts'
import { useHeard } from './use-heard.ts'

const noServers: readonly ServerItem[] = []
/** How often the figures of a list are read again while servers tell theirs, in milliseconds. */
const listPace = 4_000

/** On a phone a list would have to be moved sideways. */
const usualLook = () => (matchMedia('(max-width: 640px)').matches ? 'cards' : 'list')

/** Every server that matches a query, and how it is. */
export function ServersPage() {
  const place = useFleetPlace()
  const { q, sort } = place
  const mayAdd = useMay('monitoring.change')
  const [look, setLook] = useKeptState<'list' | 'cards'>('fleet-look', usualLook())
  const asCards = look === 'cards'
  const columns = useMemo(() => shownServerColumns(place.columns), [place.columns])
  const listing = usePaged<ServerItem>(
    'servers',
    '/servers',
    { q, sort },
    { limit: 100, thenLimit: 500, enabled: !place.waits && place.group === undefined },
  )
  useHeard(listPace, () => {
    void queryClient.refetchQueries({
      queryKey: ['servers'],
      type: 'active',
      predicate: (query) => !isLong(query),
    })
  })
  const { total, isFetchingNextPage, fetchNextPage } = listing
  const servers = listing.items ?? noServers
  const choice = useSelection(servers, `${sort} ${q}`)
  const { cursor, chosen } = choice.selection
  const ids = useMemo(() => [...chosen], [chosen])
  const [helps, setHelps] = useState(false)
  const bar = useRef<HTMLDivElement>(null)
  const navigate = useNavigate()
  const onOpen = useCallback(
    (id: string) => void navigate({ to: '/servers/$id', params: { id } }),
    [navigate],
  )
  const onMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage()
  }, [isFetchingNextPage, fetchNextPage])
  const compare = () => {
    if (ids.length > 0 && ids.length <= comparedAtMost)
      void navigate({ to: '/fleet/compare', search: { ids: ids.join(',') } })
  }
  const otherLook = () => setLook(asCards ? 'list' : 'cards')
  useKeys({
    ...moveKeys(choice, servers.length),
    ...chooseKeys(choice),
    c: compare,
    v: otherLook,
    n: () => mayAdd && place.setAdding(true),
    '/': () => bar.current?.querySelector('input')?.focus(),
    '?': () => setHelps(true),
    Enter: () => {
      if (cursor !== null) onOpen(cursor)
    },
  })
  return (
    <Page
      title={place.view?.name ?? 'Servers'}
      full
      lead={<output className="text-muted">{total === undefined ? '' : counted(total, 'server')}</output>}
      actions={<FleetActions place={place} asCards={asCards} onLook={otherLook} />}
    >
      <StatusCounts q={q} onQuery={place.setQuery} />
      <div className="flex shrink-0 flex-wrap items-start gap-2">
        <div ref={bar} className="min-w-64 grow">
          <QueryBar
            subject="server"
            label="Query of servers"
            placeholder="Name, address, status:offline, os:debian*, site:Graz, seen<1h…   (press /)"
            q={q}
            error={listing.error}
            onQuery={place.setQuery}
          />
        </div>
        <GroupChoice group={place.group} onGroup={place.setGroup} />
        <ViewMenu place={place} all="All servers" />
      </div>
      <div className="flex min-h-0 grow flex-col overflow-hidden rounded-lg border bg-surface">
        {place.group === undefined ? (
          <FleetList
            listing={listing}
            q={q}
            asCards={asCards}
            columns={columns}
            sort={sort}
            selection={choice.selection}
            onQuery={place.setQuery}
            onAdd={() => place.setAdding(true)}
            onMore={onMore}
            onSort={(id) => place.setSort(nextServerSort(sort, id))}
            onPress={choice.onPress}
            onToggle={choice.onToggle}
            onOpen={onOpen}
            onChooseAll={choice.chooseAll}
          />
        ) : (
          <GroupList by={place.group} q={q} onOpen={place.openGroup} />
        )}
        <FleetBar
          ids={ids}
          shown={servers.length}
          total={total}
          isOld={listing.isOld}
          onCompare={compare}
          onNone={() => choice.chooseAll(false)}
          onReadAgain={() => void listing.readAgain()}
          onHelp={() => setHelps(true)}
        />
      </div>
      {place.isAdding ? <AddServerDialog onClose={() => place.setAdding(false)} /> : null}
      {helps ? <KeysDialog groups={fleetKeys} onClose={() => setHelps(false)} /> : null}
    </Page>
  )
}
