import { useState, type FormEvent } from 'react'
import { inputClass } from '../ui/field.tsx'
import { prefixSorts } from './prefix-words.ts'

/** What the address asks for. */
export interface PrefixesAskedFor {
  q: string | undefined
  family: string | undefined
  conflicts: string | undefined
  sort: string | undefined
}

interface PrefixFilterProps {
  filter: PrefixesAskedFor
  onFilter(next: Partial<PrefixesAskedFor>): void
}

/** Which prefixes are shown, and in which order. */
export function PrefixFilter({ filter, onFilter }: PrefixFilterProps) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Words key={filter.q} q={filter.q} onQ={(q) => onFilter({ q })} />
      <Choice
        label="Family"
        value={filter.family}
        options={[
          ['', 'IPv4 and IPv6'],
          ['4', 'IPv4'],
          ['6', 'IPv6'],
        ]}
        onValue={(family) => onFilter({ family })}
      />
      <Choice
        label="Conflicts"
        value={filter.conflicts}
        options={[
          ['', 'With or without conflicts'],
          ['true', 'Only with conflicts'],
        ]}
        onValue={(conflicts) => onFilter({ conflicts })}
      />
      <Choice
        label="Order"
        value={filter.sort}
        options={prefixSorts}
        onValue={(sort) => onFilter({ sort })}
      />
    </div>
  )
}

interface ChoiceProps {
  label: string
  value: string | undefined
  options: readonly (readonly [value: string, words: string])[]
  onValue(value: string | undefined): void
}

function Choice({ label, value, options, onValue }: ChoiceProps) {
  return (
    <select
      aria-label={label}
      className={`${inputClass} h-8 w-auto!`}
      value={value ?? ''}
      onChange={(event) => onValue(event.target.value || undefined)}
    >
      {options.map(([option, words]) => (
        <option key={option} value={option}>
          {words}
        </option>
      ))}
    </select>
  )
}

function Words({ q, onQ }: { q: string | undefined; onQ(q: string | undefined): void }) {
  const [text, setText] = useState(q ?? '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onQ(text.trim() || undefined)
  }
  return (
    <form onSubmit={submit} className="min-w-48 grow">
      <input
        type="search"
        aria-label="Words of the prefix, its name, site or source, or an address in it"
        placeholder="Prefix, name, site, vlan 10, or an address"
        className={`${inputClass} h-8`}
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => text.trim() !== (q ?? '') && onQ(text.trim() || undefined)}
      />
    </form>
  )
}
