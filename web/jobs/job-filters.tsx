import { useEffect, useState, type FormEvent } from 'react'
import { Keyboard, Search } from 'lucide-react'
import { IconButton } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { inputClass } from '../ui/field.tsx'
import { actionTitle, useJobActions } from './job-actions-query.ts'
import { states, type JobPlace } from './use-job-place.ts'

export const searchBoxId = 'job-search'

const reasons = [
  ['approval', 'an approval'],
  ['review', 'unclear outcomes'],
  ['budget', 'a higher limit'],
  ['canary', 'a look at the first rows'],
  ['person', 'somebody to resume it'],
  ['rows', 'its rows'],
  ['time', 'its time'],
  ['jobs', 'other jobs'],
  ['window', 'a maintenance window'],
] as const

/** Work with an operation of its own, beside what is offered. */
const ownWork = ['backup', 'maintain', 'discover']

/** Which jobs are listed. */
export function JobFilters({ place, onHelp }: { place: JobPlace; onHelp(): void }) {
  const actions = useJobActions()
  const names = [...actions.map(({ name }) => name), ...ownWork]
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2">
      <nav aria-label="State of jobs" className="flex max-w-full gap-0.5 overflow-x-auto">
        {states.map(({ name, label }) => (
          <button
            key={name}
            type="button"
            aria-current={place.state === name && place.waits === '' ? 'true' : undefined}
            onClick={() => place.setState(name)}
            className={classNames(
              'flex h-8 items-center rounded-md px-2.5 text-sm whitespace-nowrap',
              place.state === name && place.waits === ''
                ? 'bg-sunken font-medium text-ink'
                : 'text-muted hover:text-ink',
            )}
          >
            {label}
          </button>
        ))}
      </nav>
      <SearchBox q={place.q} onQ={place.setQ} />
      <Choice label="What it does" value={place.action} all="Every action" onValue={place.setAction}>
        {[...new Set(names)].map((name) => [name, actionTitle(actions, name)])}
      </Choice>
      <Choice label="What it waits for" value={place.waits} all="Waiting or not" onValue={place.setWaits}>
        {reasons.map(([name, text]) => [name, `Waits for ${text}`])}
      </Choice>
      <button
        type="button"
        aria-pressed={place.isMine}
        title="Only what I asked for"
        onClick={() => place.setMine(!place.isMine)}
        className={classNames(
          'h-8 rounded-md px-2.5',
          place.isMine ? 'bg-accent-soft font-medium text-accent' : 'text-muted hover:text-ink',
        )}
      >
        Mine
      </button>
      <IconButton label="Keys of this page (?)" icon={Keyboard} onClick={onHelp} />
    </div>
  )
}

function SearchBox({ q, onQ }: { q: string; onQ(q: string): void }) {
  const [text, setText] = useState(q)
  const [shownFor, setShownFor] = useState(q)
  if (shownFor !== q) {
    setShownFor(q)
    setText(q)
  }
  useEffect(() => {
    if (text.trim() === q) return undefined
    const timer = setTimeout(() => onQ(text.trim()), 250)
    return () => clearTimeout(timer)
    // oxlint-disable-next-line react/exhaustive-deps -- only what is typed begins the wait
  }, [text])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onQ(text.trim())
  }
  return (
    <search className="min-w-36 grow">
      <form onSubmit={submit} className="relative">
        <Search size={14} className="absolute top-2.25 left-2.5 text-muted" aria-hidden />
        <input
          id={searchBoxId}
          type="search"
          aria-label="Search by name"
          placeholder="Name (/)"
          autoComplete="off"
          className={classNames(inputClass, 'h-8 pl-8')}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </form>
    </search>
  )
}

interface ChoiceProps {
  label: string
  value: string
  all: string
  onValue(value: string): void
  children: readonly (readonly [value: string, label: string])[]
}

function Choice({ label, value, all, onValue, children }: ChoiceProps) {
  return (
    <select
      aria-label={label}
      className={`${inputClass} h-8`}
      style={{ width: '8.75rem' }}
      value={value}
      onChange={(event) => onValue(event.target.value)}
    >
      <option value="">{all}</option>
      {children.map(([name, text]) => (
        <option key={name} value={name}>
          {text}
        </option>
      ))}
    </select>
  )
}
