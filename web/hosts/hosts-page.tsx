import { useRef, useState } from 'react'
import { useNavigate } from '@tanstack/react-router'
import { PanelRight } from 'lucide-react'
import { useKeptState } from '../kept-state.ts'
import { chooseKeys, moveKeys } from '../list/move-keys.ts'
import { useKeys } from '../list/use-keys.ts'
import { QueryBar } from '../query/query-bar.tsx'
import { useMay } from '../session.ts'
import { IconButton } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { HostDetail } from './host-detail.tsx'
import { HostListing } from './host-listing.tsx'
import { KeysHelp } from './keys-help.tsx'
import { ReviewBar } from './review-bar.tsx'
import { ClassifyDialog, NoteDialog } from './review-dialogs.tsx'
import { StatusTabs, tabs } from './status-tabs.tsx'
import { useHostList } from './use-host-list.ts'
import { useHostWork, type HostWork } from './use-host-work.ts'
import { useReview } from './use-review.ts'

/** Where people say of each MAC address on the network whether it belongs there. */
export function HostsPage() {
  const mayReview = useMay('hosts.review')
  const reviewing = useReview()
  const list = useHostList(reviewing.underWay)
  const work = useHostWork(list, reviewing, mayReview)
  const [help, setHelp] = useState(false)
  const [details, setDetails] = useKeptState('host-details', true)
  const queryBar = useRef<HTMLDivElement>(null)
  const navigate = useNavigate()
  const { choice, hosts } = list
  const current = hosts.find(({ id }) => id === choice.selection.cursor)
  useKeys({
    ...moveKeys(choice, hosts.length),
    ...(mayReview ? { ...chooseKeys(choice), ...reviewKeys(work) } : {}),
    d: () => setDetails(!details),
    '/': () => queryBar.current?.querySelector('input')?.focus(),
    '?': () => setHelp(true),
    Enter: () => {
      if (current?.device) void navigate({ to: '/devices/$id', params: { id: String(current.device.id) } })
    },
    ...Object.fromEntries(tabs.map((each, index) => [String(index + 1), () => list.setTab(each)])),
  })
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
      <div className="flex shrink-0 flex-wrap items-center gap-2">
        <StatusTabs tab={list.tab} q={list.q} onTab={list.setTab} />
        <div ref={queryBar} className="min-w-64 grow">
          <QueryBar
            subject="host"
            label="Query of hosts"
            placeholder="Name, address, MAC, vendor:… (/)"
            q={list.q ?? ''}
            error={list.listing.error}
            onQuery={list.setQuery}
          />
        </div>
      </div>
      <div className="flex min-h-0 grow flex-col overflow-hidden rounded-lg border bg-surface">
        <div className="flex min-h-0 grow">
          <div className="@container flex min-w-0 grow flex-col">
            <HostListing list={list} mayReview={mayReview} />
          </div>
          {details && hosts.length > 0 ? <HostDetail host={current} /> : null}
        </div>
        <ReviewBar list={list} work={work} mayReview={mayReview} onHelp={() => setHelp(true)} />
      </div>
      {help ? <KeysHelp onClose={() => setHelp(false)} /> : null}
      <Questions work={work} />
    </Page>
  )
}

const reviewKeys = (work: HostWork) => ({
  a: () => void work.decide({ status: 'approved' }),
  r: () => void work.decide({ status: 'rejected' }),
  p: () => void work.decide({ status: 'pending' }),
  c: () => work.ask('classify'),
  n: () => work.ask('note'),
  u: () => void work.undo(),
  'mod+z': () => void work.undo(),
})

function Questions({ work }: { work: HostWork }) {
  if (work.question === 'classify')
    return (
      <ClassifyDialog
        subject={work.subject}
        current={work.only?.hostType}
        onClose={work.close}
        onType={(hostType) => void work.decide({ hostType })}
      />
    )
  if (work.question === 'note')
    return (
      <NoteDialog
        subject={work.subject}
        current={work.only?.notes ?? ''}
        onClose={work.close}
        onNote={(notes) => void work.decide({ notes })}
      />
    )
  return null
}
