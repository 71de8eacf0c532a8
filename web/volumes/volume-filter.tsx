import { useState, type FormEvent } from 'react'
import type { ArraySum } from '#features/volumes/volume-shapes.ts'
import { inputClass } from '../ui/field.tsx'
import { fills, volumeSorts, volumeTypeNames, volumeTypes } from './volume-words.ts'

/** What the address asks for. */
export interface VolumesAskedFor {
  q: string | undefined
  type: string | undefined
  array: string | undefined
  over: string | undefined
  status: string | undefined
  sort: string | undefined
}

interface VolumeFilterProps {
  filter: VolumesAskedFor
  arrays: readonly ArraySum[]
  onFilter(next: Partial<VolumesAskedFor>): void
}

/** Which volumes are shown, and in which order. */
export function VolumeFilter({ filter, arrays, onFilter }: VolumeFilterProps) {
  const names = new Set([
    ...arrays.flatMap(({ array }) => array ?? []),
    ...(filter.array === undefined ? [] : [filter.array]),
  ])
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Words key={filter.q} q={filter.q} onQ={(q) => onFilter({ q })} />
      <Choice
        label="Kind"
        value={filter.type}
        options={[['', 'All kinds'], ...volumeTypes.map((type) => [type, volumeTypeNames[type]] as const)]}
        onValue={(type) => onFilter({ type })}
      />
      <Choice
        label="Array"
        value={filter.array}
        options={[['', 'All arrays'], ...[...names].toSorted().map((name) => [name, name] as const)]}
        onValue={(array) => onFilter({ array })}
      />
      <Choice
        label="How full"
        value={filter.over}
        options={[['', 'However full'], ...fills]}
        onValue={(over) => onFilter({ over })}
      />
      <Choice
        label="Whether they are there"
        value={filter.status}
        options={[
          ['', 'There now'],
          ['inactive', 'Gone'],
          ['all', 'There or gone'],
        ]}
        onValue={(status) => onFilter({ status })}
      />
      <Choice
        label="Order"
        value={filter.sort}
        options={volumeSorts.map(([sort, words]) => [sort === '-used' ? '' : sort, words] as const)}
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
        aria-label="Words of the name, the array or a disk number"
        placeholder="Name, array, disk number"
        className={`${inputClass} h-8`}
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => text.trim() !== (q ?? '') && onQ(text.trim() || undefined)}
      />
    </form>
  )
}
