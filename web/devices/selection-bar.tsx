import { Keyboard, ListChecks, RotateCw, Tag } from 'lucide-react'
import { counted, formatNumber } from '../format.ts'
import { Button, IconButton } from '../ui/button.tsx'

interface SelectionBarProps {
  chosen: number
  shown: number
  total: number | undefined
  /** All that match are meant, shown or not. */
  everything: boolean
  mayChange: boolean
  /** Whether jobs may be made of them. */
  maySubmit: boolean
  /** Whether the list changed since it was read. */
  isOld: boolean
  isReading: boolean
  onTag(): void
  onJob(): void
  onEverything(): void
  onNone(): void
  onReadAgain(): void
  onHelp(): void
}

/** What can be done with the chosen devices, and how far the list is read. */
export function SelectionBar(props: SelectionBarProps) {
  const { chosen, shown, total, isOld } = props
  return (
    <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-2 gap-y-1 border-t bg-surface px-3 py-1.5">
      {chosen > 0 ? <Chosen {...props} /> : <Hint mayChange={props.mayChange} />}
      <div className="ml-auto flex items-center gap-2 text-xs text-muted">
        {isOld ? (
          <Button look="quiet" icon={RotateCw} className="text-accent" onClick={props.onReadAgain}>
            The list changed: read it again
          </Button>
        ) : null}
        {total !== undefined && shown < total ? (
          <span>
            {formatNumber(shown)} of {formatNumber(total)} read{props.isReading ? '…' : ''}
          </span>
        ) : null}
        <IconButton label="Keys of this page (?)" icon={Keyboard} onClick={props.onHelp} />
      </div>
    </div>
  )
}

/** The keys one needs first, for who has a keyboard. */
function Hint({ mayChange }: { mayChange: boolean }) {
  const keys = [
    ['↑↓', 'move'],
    ['Enter', 'open'],
    ...(mayChange ? [['x', 'select']] : []),
    ['/', 'query'],
  ] as const
  return (
    <p className="hidden items-center gap-3 text-xs text-muted md:flex" aria-hidden>
      {keys.map(([key, does]) => (
        <span key={key}>
          <kbd className="rounded border bg-sunken px-1 font-sans text-2xs">{key}</kbd> {does}
        </span>
      ))}
    </p>
  )
}

function Chosen({ chosen, shown, total, everything, mayChange, maySubmit, ...on }: SelectionBarProps) {
  const mayTakeAll = chosen === shown && !everything && total !== undefined && total > shown
  return (
    <>
      {mayChange ? (
        <Button icon={Tag} onClick={on.onTag} title="t">
          Tag
        </Button>
      ) : null}
      {maySubmit ? (
        <Button icon={ListChecks} onClick={on.onJob}>
          Do something with these…
        </Button>
      ) : null}
      <output className="text-muted">
        {everything
          ? `All ${counted(total ?? chosen, 'device')} that match`
          : `${formatNumber(chosen)} selected`}
      </output>
      {mayTakeAll ? (
        <Button look="quiet" className="text-accent" onClick={on.onEverything}>
          Select all {formatNumber(total)} that match
        </Button>
      ) : null}
      <Button look="quiet" onClick={on.onNone}>
        Clear
      </Button>
    </>
  )
}
