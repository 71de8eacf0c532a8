import { useState } from 'react'
import { ArrowRight } from 'lucide-react'
import { formatValue } from '../format.ts'

interface ChangedPathsProps {
  before: Record<string, unknown>
  after: Record<string, unknown>
}

const atFirst = 4

/** Each changed fact with what it was and what it is. */
export function ChangedPaths({ before, after }: ChangedPathsProps) {
  const [all, setAll] = useState(false)
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted()
  const shown = all ? paths : paths.slice(0, atFirst)
  return (
    <div className="min-w-0">
      <ul className="flex flex-col gap-0.5">
        {shown.map((path) => (
          <li key={path} className="flex min-w-0 flex-wrap items-baseline gap-x-2 text-xs">
            <span className="text-muted">{path}</span>
            <Value value={before[path]} old />
            {isThere(before[path]) && isThere(after[path]) ? (
              <ArrowRight size={12} className="self-center text-muted" aria-label="is now" />
            ) : null}
            <Value value={after[path]} />
          </li>
        ))}
      </ul>
      {paths.length > atFirst ? (
        <button type="button" onClick={() => setAll(!all)} className="text-xs text-accent hover:underline">
          {all ? 'Fewer' : `${paths.length - atFirst} more`}
        </button>
      ) : null}
    </div>
  )
}

const isThere = (value: unknown) => value !== null && value !== undefined

function Value({ value, old = false }: { value: unknown; old?: boolean }) {
  if (!isThere(value)) return null
  const text = formatValue(value)
  const Tag = old ? 'del' : 'span'
  return (
    <Tag className={`max-w-full truncate ${old ? 'text-muted' : ''}`} title={text}>
      {text}
    </Tag>
  )
}
