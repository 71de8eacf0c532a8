import { useCallback, useMemo, useRef, useState } from 'react'
import { Link, useNavigate } from '@tanstack/react-router'
import { Download, ListChecks, Plus } from 'lucide-react'
import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import { apiUrl } from '../api.ts'
import { useCustomFields } from '../custom-fields.ts'
import { counted } from '../format.ts'
import { chosenText } from '../jobs/chosen-rows.ts'
import { chooseKeys, moveKeys } from '../list/move-keys.ts'
import { targets } from '../list/selection.ts'
import { useKeys } from '../list/use-keys.ts'
import { useSelection } from '../list/use-selection.ts'
import { usePaged } from '../paged.ts'
import { QueryBar } from '../query/query-bar.tsx'
import { useMay } from '../session.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { KeysDialog } from '../ui/keys-dialog.tsx'
import { Page } from '../ui/page.tsx'
import { ViewMenu } from '../views/view-menu.tsx'
import { ColumnMenu } from './column-menu.tsx'
import { allColumns, nextSort, shownColumns } from './columns.ts'
import { deviceKeys } from './device-keys.ts'
import { DeviceList } from './device-list.tsx'
import { NewDeviceDialog } from './new-device-dialog.tsx'
import { SelectionBar } from './selection-bar.tsx'
import { TagDialog } from './tag-dialog.tsx'
import { useDevicePlace } from './use-device-place.ts'

const noDevices: readonly DeviceItem[] = []

/** Every device that matches a query. */
export function DevicesPage() {
  const place = useDevicePlace()
  const { q, sort } = place
  const mayChange = useMay('inventory.change')
  const maySubmit = useMay('jobs.submit')
  const fields = useCustomFields()
  const all = useMemo(() => allColumns(fields), [fields])
  const columns = useMemo(() => shownColumns(all, place.columns), [all, place.columns])
  const listing = usePaged<DeviceItem>(
    'devices',
    '/devices',
    { q, sort },
    { limit: 100, thenLimit: 500, enabled: !place.waits },
  )
  const { total, isFetchingNextPage, fetchNextPage } = listing
  const devices = listing.items ?? noDevices
  const choice = useSelection(devices, `${sort} ${q}`)
  const [open, setOpen] = useState<'tag' | 'new' | 'help'>()
  const bar = useRef<HTMLDivElement>(null)
  const navigate = useNavigate()
  const onOpen = useCallback(
    (id: number) => void navigate({ to: '/devices/$id', params: { id: String(id) } }),
    [navigate],
  )
  const onMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage()
  }, [isFetchingNextPage, fetchNextPage])

  const ids = targets(choice.selection)
  const ask = (what: typeof open) => {
    if (mayChange && (what !== 'tag' || ids.length > 0)) setOpen(what)
  }
  useKeys({
    ...moveKeys(choice, devices.length),
    ...(mayChange ? chooseKeys(choice) : {}),
    t: () => ask('tag'),
    n: () => ask('new'),
    '/': () => bar.current?.querySelector('input')?.focus(),
    '?': () => setOpen('help'),
    Enter: () => {
      if (choice.selection.cursor !== null) onOpen(choice.selection.cursor)
    },
  })
  const csv = apiUrl('/devices.csv', { q, sort, columns: columns.map(({ id }) => id).join(',') })
  return (
    <Page
      title={place.view?.name ?? 'Devices'}
      full
      lead={<output className="text-muted">{total === undefined ? '' : counted(total, 'device')}</output>}
      actions={
        <>
          <a href={csv} download className={buttonClass('quiet')}>
            <Download size={15} aria-hidden /> CSV
          </a>
          {maySubmit ? (
            <Link
              to="/jobs/new"
              search={{ subject: 'device', ...(q === '' ? {} : { q }) }}
              className={buttonClass('quiet')}
              title="Do something with every device that matches"
            >
              <ListChecks size={15} aria-hidden /> Do something with these…
            </Link>
          ) : null}
          <ColumnMenu all={all} chosen={place.columns} onChoose={place.setColumns} />
          {mayChange ? (
            <Button icon={Plus} onClick={() => setOpen('new')} title="n">
              New device
            </Button>
          ) : null}
        </>
      }
    >
      <div className="flex shrink-0 flex-wrap items-start gap-2">
        <div ref={bar} className="min-w-64 grow">
          <QueryBar
            subject="device"
            label="Query of devices"
            placeholder="Name, address, type:vm, memory>16GB, seen<7d…   (press /)"
            q={q}
            error={listing.error}
            onQuery={place.setQuery}
          />
        </div>
        <ViewMenu place={place} all="All devices" />
      </div>
      <div className="flex min-h-0 grow flex-col overflow-hidden rounded-lg border bg-surface">
        <div className="flex min-h-0 grow flex-col">
          <DeviceList
            listing={listing}
            q={q}
            onQuery={place.setQuery}
            columns={columns}
            sort={sort}
            selection={choice.selection}
            choosable={mayChange}
            onMore={onMore}
            onSort={(id) => place.setSort(nextSort(sort, id))}
            onPress={choice.onPress}
            onToggle={choice.onToggle}
            onOpen={onOpen}
            onChooseAll={choice.chooseAll}
          />
        </div>
        <SelectionBar
          chosen={choice.selection.chosen.size}
          shown={devices.length}
          total={total}
          everything={choice.everything}
          mayChange={mayChange}
          maySubmit={maySubmit}
          isOld={listing.isOld}
          isReading={isFetchingNextPage}
          onTag={() => ask('tag')}
          onJob={() =>
            void navigate({
              to: '/jobs/new',
              search: {
                subject: 'device',
                ...(choice.everything ? { q } : { ids: chosenText(ids) }),
              },
            })
          }
          onEverything={choice.takeEverything}
          onNone={() => choice.chooseAll(false)}
          onReadAgain={() => void listing.readAgain()}
          onHelp={() => setOpen('help')}
        />
      </div>
      {open === 'new' ? <NewDeviceDialog onClose={() => setOpen(undefined)} /> : null}
      {open === 'help' ? <KeysDialog groups={deviceKeys} onClose={() => setOpen(undefined)} /> : null}
      {open === 'tag' ? (
        <TagDialog
          subject={counted(choice.everything ? (total ?? ids.length) : ids.length, 'device')}
          which={choice.everything ? { q } : { ids }}
          carried={carriedBy(devices, ids)}
          onClose={() => setOpen(undefined)}
        />
      ) : null}
    </Page>
  )
}

/** The tags that any of some devices carries, by name. */
function carriedBy(devices: readonly DeviceItem[], ids: readonly number[]): string[] {
  const meant = new Set(ids)
  const tags = devices.filter(({ id }) => meant.has(id)).flatMap((device) => device.tags)
  return [...new Set(tags)].toSorted()
}
