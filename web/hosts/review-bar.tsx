import { useNavigate } from '@tanstack/react-router'
import { Check, CircleDashed, Keyboard, ListChecks, RotateCw, StickyNote, Tag, Undo2, X } from 'lucide-react'
import { counted, formatNumber } from '../format.ts'
import { chosenText } from '../jobs/chosen-rows.ts'
import { targets } from '../list/selection.ts'
import { useMay } from '../session.ts'
import { Button, IconButton } from '../ui/button.tsx'
import type { HostList } from './use-host-list.ts'
import type { HostWork } from './use-host-work.ts'

interface ReviewBarProps {
  list: HostList
  work: HostWork
  mayReview: boolean
  onHelp(): void
}

/** What can be done now, and what was done last. */
export function ReviewBar({ list, work, mayReview, onHelp }: ReviewBarProps) {
  return (
    <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-1.5 gap-y-1 border-t bg-surface px-3 py-1.5">
      {mayReview ? (
        <>
          <Actions work={work} />
          <JobButton list={list} />
          <ChosenCount list={list} />
        </>
      ) : (
        <span className="text-muted">You may look, not review.</span>
      )}
      <div className="ml-auto flex items-center gap-2">
        <output className="text-xs text-muted">{work.said}</output>
        {list.listing.isOld ? (
          <Button
            look="quiet"
            icon={RotateCw}
            className="text-accent"
            onClick={() => void list.listing.readAgain()}
          >
            The list changed: read it again
          </Button>
        ) : null}
        {work.last ? (
          <Button
            look="quiet"
            icon={Undo2}
            onClick={() => void work.undo()}
            title={`${work.last.sentence} (u)`}
          >
            Undo
          </Button>
        ) : null}
        <IconButton label="Keys of this page (?)" icon={Keyboard} onClick={onHelp} />
      </div>
    </div>
  )
}

function Actions({ work }: { work: HostWork }) {
  const { busy, decide, ask } = work
  return (
    <>
      <Button icon={Check} busy={busy} onClick={() => void decide({ status: 'approved' })} title="a">
        Approve
      </Button>
      <Button icon={X} disabled={busy} onClick={() => void decide({ status: 'rejected' })} title="r">
        Reject
      </Button>
      <Button
        look="quiet"
        icon={CircleDashed}
        disabled={busy}
        onClick={() => void decide({ status: 'pending' })}
        title="p"
      >
        Pending
      </Button>
      <Button look="quiet" icon={Tag} disabled={busy} onClick={() => ask('classify')} title="c">
        Classify
      </Button>
      <Button look="quiet" icon={StickyNote} disabled={busy} onClick={() => ask('note')} title="n">
        Note
      </Button>
    </>
  )
}

/** The way to a job of the chosen hosts, or of all that match. */
function JobButton({ list: { choice, q, status } }: { list: HostList }) {
  const maySubmit = useMay('jobs.submit')
  const navigate = useNavigate()
  const ids = targets(choice.selection)
  if (!maySubmit) return null
  const query = [q, status === undefined ? undefined : `status:${status}`].filter(Boolean).join(' ')
  const which = choice.everything || ids.length === 0 ? { q: query } : { ids: chosenText(ids) }
  return (
    <Button
      look="quiet"
      icon={ListChecks}
      onClick={() =>
        void navigate({ to: '/jobs/new', search: { subject: 'host', action: 'classify', ...which } })
      }
    >
      Do something with these…
    </Button>
  )
}

/** How many hosts an action is for; the way to all that match is here once all shown are chosen. */
function ChosenCount({ list: { listing, hosts, choice } }: { list: HostList }) {
  const { everything } = choice
  const chosen = choice.selection.chosen.size
  const { total } = listing
  if (chosen === 0)
    return <span className="hidden text-xs text-muted lg:inline">for the host you are on</span>
  return (
    <span className="flex items-center gap-1 text-muted">
      {everything ? `All ${counted(total ?? chosen, 'host')} that match` : `${formatNumber(chosen)} selected`}
      {chosen === hosts.length && !everything && total !== undefined && total > chosen ? (
        <Button look="quiet" className="text-accent" onClick={choice.takeEverything}>
          Select all {formatNumber(total)} that match
        </Button>
      ) : null}
      <Button look="quiet" onClick={() => choice.chooseAll(false)}>
        Clear
      </Button>
    </span>
  )
}
