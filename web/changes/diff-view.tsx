import { useState } from 'react'
import { ArrowRight } from 'lucide-react'
import { DeviceName } from './device-name.tsx'
import { diffLines, type DiffLine } from './diff-lines.ts'

interface DiffViewProps {
  before: Readonly<Record<string, unknown>>
  after: Readonly<Record<string, unknown>>
  /** How many facts are shown before one asks for all. */
  atFirst?: number
}

/** Each fact that differs with its value before and after. */
export function DiffView({ before, after, atFirst = 5 }: DiffViewProps) {
  const [all, setAll] = useState(false)
  const lines = diffLines(before, after)
  const shown = all ? lines : lines.slice(0, atFirst)
  if (lines.length === 0) return <p className="text-xs text-muted">Nothing that is shown here differs.</p>
  return (
    <div className="min-w-0">
      <dl className="grid grid-cols-[minmax(6rem,9rem)_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-xs">
        {shown.map((line) => (
          <div key={line.path} className="contents">
            <dt className="truncate text-muted" title={line.path}>
              {line.label}
            </dt>
            <dd className="min-w-0">
              <Values line={line} />
            </dd>
          </div>
        ))}
      </dl>
      {lines.length > atFirst ? (
        <button
          type="button"
          onClick={() => setAll(!all)}
          aria-expanded={all}
          className="mt-0.5 text-xs text-accent hover:underline"
        >
          {all ? 'Show fewer' : `${lines.length - atFirst} more`}
        </button>
      ) : null}
    </div>
  )
}

function Values({ line: { before, after, device } }: { line: DiffLine }) {
  const told = (value: string) => (device === undefined ? value : <DeviceName id={device} />)
  return (
    <span className="flex min-w-0 flex-wrap items-baseline gap-x-1.5">
      {before === '' ? null : (
        <del className="min-w-0 break-words text-muted decoration-bad/60">{told(before)}</del>
      )}
      {before !== '' && after !== '' ? (
        <ArrowRight size={11} className="shrink-0 self-center text-muted" aria-label="is now" />
      ) : null}
      {after === '' ? null : <ins className="min-w-0 break-words no-underline">{told(after)}</ins>}
      {after === '' ? <span className="text-muted">(gone)</span> : null}
    </span>
  )
}
