import { useState, type FormEvent } from 'react'
import type { Source } from '../inventory-types.ts'
import { usePaged } from '../paged.ts'
import { useMay } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { inputClass } from '../ui/field.tsx'
import { spans } from './times.ts'

export interface ChangesAskedFor {
  source: string | undefined
  by: string | undefined
  from: string | undefined
  to: string | undefined
  q: string | undefined
}

interface ChangeFilterProps {
  filter: ChangesAskedFor
  onFilter(next: Partial<ChangesAskedFor>): void
}

/** Which changes are shown: of which source, by whom, since when. */
export function ChangeFilter({ filter, onFilter }: ChangeFilterProps) {
  const maySee = useMay('sources.read')
  const sources = usePaged<Source>('sources', '/sources', {}, { limit: 500, enabled: maySee })
  const names = new Set([
    ...(sources.items ?? []).map(({ name }) => name),
    'manual',
    ...(filter.source ? [filter.source] : []),
  ])
  const known = spans.some(([span]) => span === filter.from)
  return (
    <>
      <select
        aria-label="Source"
        className={`${inputClass} h-8 w-auto!`}
        value={filter.source ?? ''}
        onChange={(event) => onFilter({ source: event.target.value })}
      >
        <option value="">All sources</option>
        {[...names].map((name) => (
          <option key={name} value={name}>
            {name === 'manual' ? 'Entered by hand' : name}
          </option>
        ))}
      </select>
      <select
        aria-label="Since when"
        className={`${inputClass} h-8 w-auto!`}
        value={filter.from ?? ''}
        onChange={(event) => onFilter({ from: event.target.value, to: undefined })}
      >
        <option value="">At any time</option>
        {spans.map(([span, label]) => (
          <option key={span} value={span}>
            {label}
          </option>
        ))}
        {filter.from && !known ? <option value={filter.from}>Since {filter.from}</option> : null}
      </select>
      <ByField key={filter.by} by={filter.by} onBy={(by) => onFilter({ by })} />
      {Object.values(filter).some(Boolean) ? (
        <Button
          look="quiet"
          onClick={() =>
            onFilter({ source: undefined, by: undefined, from: undefined, to: undefined, q: undefined })
          }
        >
          Clear
        </Button>
      ) : null}
    </>
  )
}

function ByField({ by, onBy }: { by: string | undefined; onBy(by: string): void }) {
  const [text, setText] = useState(by ?? '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onBy(text.trim())
  }
  return (
    <form onSubmit={submit}>
      <input
        aria-label="By whom"
        placeholder="By whom"
        className={`${inputClass} h-8 w-52!`}
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => text.trim() !== (by ?? '') && onBy(text.trim())}
      />
    </form>
  )
}
