import { useId, useState, type KeyboardEvent } from 'react'
import { X } from 'lucide-react'
import { focusOnMount } from './focus-on-mount.ts'
import { useTags } from '../tags.tsx'

interface TagFieldProps {
  label: string
  hint?: string
  value: readonly string[]
  /** Where one types first in its dialog. */
  first?: boolean
  onValue(tags: string[]): void
}

/** Several tags: written one by one, known ones offered. */
export function TagField({ label, hint, value, first = false, onValue }: TagFieldProps) {
  const id = useId()
  const [text, setText] = useState('')
  const known = useTags()
  const add = (written: string) => {
    const names = written
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean)
    if (names.length > 0) onValue([...new Set([...value, ...names])])
    setText('')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if ((event.key === 'Enter' || event.key === ',') && text.trim() !== '') {
      event.preventDefault()
      add(text)
    } else if (event.key === 'Backspace' && text === '') onValue(value.slice(0, -1))
  }
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-xs font-medium">
        {label}
      </label>
      <div className="flex min-h-8 flex-wrap items-center gap-1 rounded-md border border-field bg-surface px-1.5 py-1 has-focus-visible:outline-2 has-focus-visible:outline-accent">
        {value.map((name) => (
          <span key={name} className="inline-flex h-5.5 items-center gap-1 rounded bg-sunken pl-1.5 text-xs">
            {name}
            <button
              type="button"
              aria-label={`Remove ${name}`}
              onClick={() => onValue(value.filter((each) => each !== name))}
              className="grid size-5 place-items-center rounded text-muted hover:text-ink"
            >
              <X size={12} aria-hidden />
            </button>
          </span>
        ))}
        <input
          id={id}
          ref={first ? focusOnMount : undefined}
          list={`${id}-known`}
          className="h-5.5 min-w-24 grow bg-transparent px-1 text-sm outline-none"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          onBlur={() => add(text)}
        />
        <datalist id={`${id}-known`}>
          {known
            .filter(({ name }) => !value.includes(name))
            .map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
        </datalist>
      </div>
      {hint ? <p className="text-xs text-muted">{hint}</p> : null}
    </div>
  )
}
