import { Check, CircleDashed, Keyboard, StickyNote, Tag, Undo2, X } from 'lucide-react'
import { counted, formatNumber } from '../format.ts'
import { Button, IconButton } from '../ui/button.tsx'
import type { DoneReview, Review } from './review.ts'

interface ReviewBarProps {
  /** How many are chosen; with `everything` all that match, shown or not. */
  chosen: number
  shown: number
  total: number | undefined
  everything: boolean
  mayReview: boolean
  busy: boolean
  last: DoneReview | undefined
  said: string
  onReview(review: Review): void
  onClassify(): void
  onNote(): void
  onEverything(): void
  onNone(): void
  onUndo(): void
  onHelp(): void
}

/** What can be done now, and what was done last. */
export function ReviewBar(props: ReviewBarProps) {
  return (
    <div className="flex min-h-11 flex-wrap items-center gap-x-2 gap-y-1 border-t bg-surface px-3 py-1.5">
      {props.mayReview ? (
        <Actions {...props} />
      ) : (
        <span className="text-muted">You may look, not review.</span>
      )}
      <div className="ml-auto flex items-center gap-2">
        <output className="text-xs text-muted">{props.said}</output>
        {props.last ? (
          <Button
            look="quiet"
            icon={Undo2}
            onClick={props.onUndo}
            title={`Take back: ${props.last.sentence} (u)`}
          >
            Undo
          </Button>
        ) : null}
        <IconButton label="Keys of this page (?)" icon={Keyboard} onClick={props.onHelp} />
      </div>
    </div>
  )
}

function Actions(props: ReviewBarProps) {
  const { chosen, shown, total, everything, busy } = props
  const count = everything ? (total ?? chosen) : chosen
  const mayTakeAll = chosen > 0 && chosen === shown && !everything && total !== undefined && total > shown
  return (
    <>
      <Button icon={Check} busy={busy} onClick={() => props.onReview({ status: 'approved' })} title="a">
        Approve
      </Button>
      <Button icon={X} disabled={busy} onClick={() => props.onReview({ status: 'rejected' })} title="r">
        Reject
      </Button>
      <Button
        look="quiet"
        icon={CircleDashed}
        disabled={busy}
        onClick={() => props.onReview({ status: 'pending' })}
        title="p"
      >
        Pending
      </Button>
      <Button look="quiet" icon={Tag} disabled={busy} onClick={props.onClassify} title="c">
        Classify
      </Button>
      <Button look="quiet" icon={StickyNote} disabled={busy} onClick={props.onNote} title="n">
        Note
      </Button>
      {chosen > 0 ? (
        <span className="flex items-center gap-1 text-muted">
          {everything ? `All ${counted(count, 'host')} that match` : `${formatNumber(count)} selected`}
          {mayTakeAll ? (
            <Button look="quiet" className="text-accent" onClick={props.onEverything}>
              Select all {formatNumber(total)} that match
            </Button>
          ) : null}
          <Button look="quiet" onClick={props.onNone}>
            Clear
          </Button>
        </span>
      ) : (
        <span className="hidden text-xs text-muted lg:inline">for the row you are on</span>
      )}
    </>
  )
}
