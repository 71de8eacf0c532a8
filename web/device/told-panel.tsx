import { useEffect, useState } from 'react'
import { MessageSquareText } from 'lucide-react'
import type { MachineFact } from '#features/inventory/fact-operations.ts'
import { usePaged, type Paged } from '../paged.ts'
import { Badge } from '../ui/badge.tsx'
import { classNames } from '../ui/class-names.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { inputClass } from '../ui/field.tsx'
import { Listing } from '../ui/listing.tsx'
import { Panel } from '../ui/page.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { toldLines } from './told-lines.ts'

const linesAtFirst = 4

/** What a machine told of itself; by a word in it where one is given. */
export const useTold = (id: string, q?: string): Paged<MachineFact> =>
  usePaged<MachineFact>('device', `/devices/${encodeURIComponent(id)}/facts`, q ? { q } : {}, {
    limit: 50,
    thenLimit: 200,
  })

/** All facts that the machine itself told, with who heard them and when, to search in. */
export function ToldPanel({ id }: { id: string }) {
  const [word, setWord] = useState('')
  const told = useTold(id, word)
  const count = told.total === undefined ? '' : ` (${told.total})`
  return (
    <Panel title={`Told by the machine itself${count}`} actions={<WordBox onWord={setWord} />}>
      <Listing
        listing={told}
        label="Facts, by name"
        lines={12}
        row={(fact) => <ToldFact key={`${fact.source} ${fact.sourceId} ${fact.name}`} fact={fact} />}
        empty={
          <EmptyState icon={MessageSquareText} title={word ? `Nothing holds “${word}”` : 'It told nothing'}>
            {word ? 'Names and values of facts are searched.' : 'Facts come from Puppet and Foreman.'}
          </EmptyState>
        }
      />
    </Panel>
  )
}

function WordBox({ onWord }: { onWord(word: string): void }) {
  const [text, setText] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => onWord(text.trim()), 250)
    return () => clearTimeout(timer)
  }, [text, onWord])
  return (
    <input
      type="search"
      aria-label="Search in facts"
      placeholder="Name or value"
      autoComplete="off"
      className={classNames(inputClass, 'h-8 max-w-44')}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  )
}

function ToldFact({ fact: { name, value, source, collectedAt, volatile } }: { fact: MachineFact }) {
  const [all, setAll] = useState(false)
  const lines = toldLines(value)
  const shown = all || lines.length <= linesAtFirst + 1 ? lines : lines.slice(0, linesAtFirst)
  return (
    <li className="grid gap-x-4 gap-y-0.5 px-4 py-1.5 sm:grid-cols-[13rem_minmax(0,1fr)_auto]">
      <span className="flex min-w-0 flex-wrap items-baseline gap-x-2 text-muted">
        <span className="font-mono text-xs break-all">{name}</span>
        {volatile ? <Badge>changes all day</Badge> : null}
      </span>
      <div className="min-w-0">
        {shown.map(({ path, text }, index) => (
          <p key={`${path} ${index}`} className="break-words">
            {path === '' ? null : <span className="mr-2 font-mono text-xs text-muted">{path}</span>}
            {text}
          </p>
        ))}
        {shown.length < lines.length || all ? (
          <button
            type="button"
            aria-expanded={all}
            onClick={() => setAll(!all)}
            className="text-xs text-accent hover:underline"
          >
            {all ? 'Show fewer' : `Show all ${lines.length}`}
          </button>
        ) : null}
      </div>
      <span className="text-xs whitespace-nowrap text-muted">
        <span className="text-ink/80">{source}</span> · <TimeAgo at={collectedAt} />
      </span>
    </li>
  )
}
