import { useEffect, useRef } from 'react'
import { classNames } from '../ui/class-names.ts'
import type { Candidate } from './completion.ts'

interface CandidateListProps {
  id: string
  candidates: readonly Candidate[]
  /** The row of the cursor; -1 for none. */
  active: number
  onTake(candidate: Candidate): void
}

/** What may stand at the cursor, with what each is. */
export function CandidateList({ id, candidates, active, onTake }: CandidateListProps) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' })
  }, [active])
  return (
    <div className="absolute inset-x-0 top-full z-30 mt-1 overflow-hidden rounded-lg border bg-surface shadow-xl sm:right-auto sm:min-w-96">
      <div
        ref={list}
        id={id}
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a select cannot stand beside a text field
        role="listbox"
        tabIndex={-1}
        aria-label="Suggestions"
        className="max-h-72 overflow-y-auto p-1"
      >
        {candidates.map((candidate, index) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the text field has the keys, as ARIA's pattern wants
          <div
            key={`${candidate.kind} ${candidate.text}`}
            id={`${id}-${index}`}
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- as of the list
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            // The text field keeps the focus.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onTake(candidate)}
            className={classNames(
              'flex h-7 cursor-default items-center gap-4 rounded px-2',
              index === active ? 'bg-accent-soft' : 'hover:bg-sunken',
            )}
          >
            <span className="shrink-0 font-mono text-xs">{candidate.text}</span>
            <span className="ml-auto min-w-0 truncate text-xs text-muted">{candidate.detail}</span>
          </div>
        ))}
      </div>
      <p className="flex gap-3 border-t px-3 py-1.5 text-2xs text-muted" aria-hidden>
        <span>↑↓ choose</span>
        <span>Tab take</span>
        <span>Enter search</span>
        <span>Esc close</span>
      </p>
    </div>
  )
}
