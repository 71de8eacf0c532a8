import { useCallback, useMemo, useRef, useState } from 'react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { MonitorSmartphone, PanelRight } from 'lucide-react'
import type { Host } from '#features/hosts/host-shapes.ts'
import { counted } from '../format.ts'
import { useKeptState } from '../kept-state.ts'
import { usePaged } from '../paged.ts'
import { QueryBar } from '../query/query-bar.tsx'
import { queryComplaintOf } from '../query/query-complaint.ts'
import { useMay } from '../session.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Page } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { sayFailed } from '../ui/toaster.tsx'
import { HostDetail } from './host-detail.tsx'
import { HostTable } from './host-table.tsx'
import { KeysHelp } from './keys-help.tsx'
import { ReviewBar } from './review-bar.tsx'
import { ClassifyDialog, NoteDialog } from './review-dialogs.tsx'
import type { Review } from './review.ts'
import { targets } from '../list/selection.ts'
import { statusOf, StatusTabs, tabs, type Tab } from './status-tabs.tsx'
import { useSelection } from '../list/use-selection.ts'
import { chooseKeys, moveKeys } from '../list/move-keys.ts'
import { useKeys } from '../list/use-keys.ts'
import { hostsOf, useReview } from './use-review.ts'

const atOnce = 200
type Open = 'classify' | 'note' | 'help' | null

/** The tab and query of the address, and how to change them. */
function usePlace() {
  const search = useSearch({ from: '/shell/hosts' })
  const navigate = useNavigate({ from: '/hosts' })
  const q = search.q
  const tab = tabs.find((each) => each === search.status) ?? (q ? 'all' : 'pending')
  return {
    q,
    tab,
    setTab: (next: Tab) => void navigate({ search: { ...(q ? { q } : {}), status: next } }),
    setQuery: (next: string) =>
      void navigate({ search: { ...(next ? { q: next } : {}), status: tab }, replace: true }),
  }
}

/** Where people say of each MAC address on the network whether it belongs there. */
export function HostsPage() {
  const { q, tab, setTab, setQuery } = usePlace()
  const mayReview = useMay('hosts.review')
  const status = statusOf(tab)
  const listing = usePaged<Host>('hosts', '/hosts', { q, status, sort: '-firstSeen' }, { limit: atOnce })
  const { items, total, hasNextPage, isFetchingNextPage, fetchNextPage } = listing
  // A host that was just decided about leaves its tab at once.
  const hosts = useMemo(
    () => (items ?? []).filter((host) => status === undefined || host.status === status),
    [items, status],
  )
  const choice = useSelection(hosts, `${tab} ${q ?? ''}`)
  const { review, undo, last, said } = useReview()
  const [open, setOpen] = useState<Open>(null)
  const [busy, setBusy] = useState(false)
  const [details, setDetails] = useKeptState('host-details', true)
  const queryBar = useRef<HTMLDivElement>(null)
  const navigate = useNavigate()

  const current = hosts.find(({ id }) => id === choice.selection.cursor)
  const chosen = new Set(targets(choice.selection))
  const subjects = hosts.filter(({ id }) => chosen.has(id))
  const decide = async (decided: Review) => {
    setOpen(null)
    if (!mayReview || busy) return
    setBusy(choice.everything)
    try {
      await review(choice.everything ? await hostsOf({ q, status }) : subjects, decided)
    } catch (error) {
      sayFailed(error)
    } finally {
      setBusy(false)
    }
  }
  const ask = (what: Open) => {
    if (mayReview && subjects.length > 0) setOpen(what)
  }
  useKeys({
    ...moveKeys(choice, hosts.length),
    ...chooseKeys(choice),
    a: () => void decide({ status: 'approved' }),
    r: () => void decide({ status: 'rejected' }),
    p: () => void decide({ status: 'pending' }),
    c: () => ask('classify'),
    n: () => ask('note'),
    u: () => void undo(),
    'mod+z': () => void undo(),
    d: () => setDetails(!details),
    '/': () => queryBar.current?.querySelector<HTMLElement>('input,textarea,[contenteditable]')?.focus(),
    '?': () => setOpen('help'),
    Enter: () => {
      if (current?.device) void navigate({ to: '/devices/$id', params: { id: String(current.device.id) } })
    },
    ...Object.fromEntries(tabs.map((each, index) => [String(index + 1), () => setTab(each)])),
  })
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage()
  }, [isFetchingNextPage, fetchNextPage])
  const subject =
    choice.everything && total !== undefined
      ? counted(total, 'host')
      : subjects.length === 1
        ? (subjects[0]!.hostname ?? subjects[0]!.mac)
        : counted(subjects.length, 'host')
  return (
    <Page
      title="Hosts"
      full
      actions={
        <IconButton
          label="Details (d)"
          icon={PanelRight}
          className="hidden xl:inline-flex"
          aria-pressed={details}
          onClick={() => setDetails(!details)}
        />
      }
    >
      <div className="flex flex-wrap items-center gap-2">
        <StatusTabs tab={tab} q={q} onTab={setTab} />
        <div ref={queryBar} className="min-w-64 grow">
          <QueryBar
            subject="host"
            label="Query of hosts"
            placeholder="Name, address, MAC, vendor:… (/)"
            q={q ?? ''}
            error={listing.error}
            onQuery={setQuery}
          />
        </div>
      </div>
      <div className="flex min-h-0 grow flex-col overflow-hidden rounded-lg border bg-surface">
        <div className="flex min-h-0 grow">
          {items === undefined ? (
            <div className="grow">
              {queryComplaintOf(listing.error) ? (
                <EmptyState icon={MonitorSmartphone} title="This query cannot be read">
                  Above stands where and why. Press Ctrl+Space there to see what can be asked.
                </EmptyState>
              ) : listing.isError ? (
                <ErrorState error={listing.error} onRetry={() => void listing.refetch()} />
              ) : (
                <Skeleton lines={12} />
              )}
            </div>
          ) : hosts.length === 0 && !hasNextPage ? (
            <div className="grow">
              <NoHosts tab={tab} q={q} onAll={() => setTab('all')} onClear={() => setQuery('')} />
            </div>
          ) : (
            <HostTable
              hosts={hosts}
              total={total}
              selection={choice.selection}
              choosable={mayReview}
              more={hasNextPage}
              onMore={more}
              onPress={choice.onPress}
              onToggle={choice.onToggle}
              onChooseAll={choice.chooseAll}
            />
          )}
          {details ? <HostDetail host={current} /> : null}
        </div>
        <ReviewBar
          chosen={choice.selection.chosen.size}
          shown={hosts.length}
          total={total}
          everything={choice.everything}
          mayReview={mayReview}
          busy={busy}
          last={last}
          said={said}
          onReview={(decided) => void decide(decided)}
          onClassify={() => ask('classify')}
          onNote={() => ask('note')}
          onEverything={choice.takeEverything}
          onNone={() => choice.chooseAll(false)}
          onUndo={() => void undo()}
          onHelp={() => setOpen('help')}
        />
      </div>
      {open === 'help' ? <KeysHelp onClose={() => setOpen(null)} /> : null}
      {open === 'classify' ? (
        <ClassifyDialog
          subject={subject}
          current={subjects.length === 1 ? subjects[0]!.hostType : undefined}
          onClose={() => setOpen(null)}
          onType={(hostType) => void decide({ hostType })}
        />
      ) : null}
      {open === 'note' ? (
        <NoteDialog
          subject={subject}
          current={subjects.length === 1 ? (subjects[0]!.notes ?? '') : ''}
          onClose={() => setOpen(null)}
          onNote={(notes) => void decide({ notes })}
        />
      ) : null}
    </Page>
  )
}

function NoHosts({
  tab,
  q,
  onAll,
  onClear,
}: {
  tab: Tab
  q: string | undefined
  onAll(): void
  onClear(): void
}) {
  if (q)
    return (
      <EmptyState
        icon={MonitorSmartphone}
        title="No host matches"
        action={
          <>
            <Button onClick={onClear}>Clear the query</Button>
            {tab === 'all' ? null : <Button onClick={onAll}>Look in all states</Button>}
          </>
        }
      >
        Try part of a name, an address, a MAC address or a maker.
      </EmptyState>
    )
  if (tab === 'pending')
    return (
      <EmptyState
        icon={MonitorSmartphone}
        title="Nothing waits for review"
        action={<Button onClick={onAll}>Show all hosts</Button>}
      >
        New MAC addresses appear here as soon as a source sees them.
      </EmptyState>
    )
  return (
    <EmptyState icon={MonitorSmartphone} title={tab === 'all' ? 'No hosts yet' : `No host is ${tab}`}>
      {tab === 'all'
        ? 'Hosts are the MAC addresses that scans, leases and neighbour tables tell of. Read a source or discover a range to find some.'
        : tab === 'pushed'
          ? 'Hosts are here once they were written to NetBox.'
          : `Hosts that somebody ${tab === 'approved' ? 'approves' : 'rejects'} are listed here.`}
    </EmptyState>
  )
}
