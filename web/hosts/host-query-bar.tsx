import { useState, type FormEvent } from 'react'
import { Search } from 'lucide-react'
import { asApiError } from '../api.ts'
import { inputClass } from '../ui/field.tsx'

interface HostQueryBarProps {
  q: string
  error: unknown
  onQuery(q: string): void
}

/** Where the query is written; a bad one says why. */
export function HostQueryBar({ q, error, onQuery }: HostQueryBarProps) {
  const [text, setText] = useState(q)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onQuery(text.trim())
  }
  const isBad = error !== null && asApiError(error).code === 'QUERY_INVALID'
  return (
    <form onSubmit={submit} className="relative">
      <Search size={14} className="absolute top-2.5 left-2.5 text-muted" aria-hidden />
      <input
        type="search"
        className={`${inputClass} h-8 pl-8 font-mono text-xs`}
        aria-label="Query of hosts"
        aria-invalid={isBad ? true : undefined}
        placeholder="Name, address, MAC, vendor:… (/)"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
      />
    </form>
  )
}
