import { useId, useRef, useState, type FormEvent } from 'react'
import { Search, X } from 'lucide-react'
import { classNames } from '../ui/class-names.ts'
import { inputClass } from '../ui/field.tsx'
import { CandidateList } from './candidate-list.tsx'
import { corrected, queryComplaintOf } from './query-complaint.ts'
import { QueryMarks, QueryTrouble } from './query-trouble.tsx'
import { useQueryText } from './use-query-text.ts'

interface QueryBarProps {
  subject: 'device' | 'host' | 'server'
  /** The query that is shown at present. */
  q: string
  /** What the server said of it. */
  error: unknown
  onQuery(q: string): void
  /** Told of every letter, where the query is part of a form. */
  onText?: ((text: string) => void) | undefined
  label: string
  placeholder: string
}

/** Where a query is written: it completes what is typed and shows where a bad one is wrong. */
export function QueryBar({ subject, q, error, onQuery, onText, label, placeholder }: QueryBarProps) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [scrolled, setScrolled] = useState(0)
  const writing = useQueryText({ subject, q, input, onQuery, onText })
  const { text, candidates, active } = writing
  const complaint = text.trim() === q.trim() ? queryComplaintOf(error) : undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    writing.submit(text)
  }
  return (
    <search>
      <form onSubmit={submit} className="relative">
        <Search size={14} className="absolute top-2.25 left-2.5 z-10 text-muted" aria-hidden />
        {complaint ? <QueryMarks text={text} complaint={complaint} scrolled={scrolled} /> : null}
        <input
          ref={input}
          type="text"
          role="combobox"
          aria-label={label}
          aria-expanded={candidates.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={active >= 0 ? `${id}-list-${active}` : undefined}
          aria-invalid={complaint ? true : undefined}
          aria-describedby={complaint ? `${id}-trouble` : undefined}
          placeholder={placeholder}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          className={classNames(inputClass, 'h-8 pr-8 pl-8 font-mono text-xs')}
          value={text}
          onScroll={(event) => setScrolled(event.currentTarget.scrollLeft)}
          {...writing.handlers}
        />
        {text === '' ? null : (
          <button
            type="button"
            aria-label="Clear the query"
            title="Clear the query"
            onClick={() => writing.submit('')}
            className="absolute top-1 right-1 grid size-6 place-items-center rounded text-muted hover:bg-sunken hover:text-ink"
          >
            <X size={14} aria-hidden />
          </button>
        )}
        {candidates.length > 0 ? (
          <CandidateList id={`${id}-list`} candidates={candidates} active={active} onTake={writing.take} />
        ) : null}
        {complaint && candidates.length === 0 ? (
          <QueryTrouble
            id={`${id}-trouble`}
            complaint={complaint}
            onCorrect={() => writing.submit(corrected(text, complaint))}
          />
        ) : null}
      </form>
    </search>
  )
}
