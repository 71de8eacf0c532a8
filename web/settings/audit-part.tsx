import { useState, type FormEvent } from 'react'
import { ScrollText, Search } from 'lucide-react'
import { formatTime } from '../format.ts'
import { usePaged } from '../paged.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { TextField } from '../ui/field.tsx'
import { Panel } from '../ui/page.tsx'
import { AuditLine, type AuditEntry } from './audit-line.tsx'
import { AuditVerify } from './audit-verify.tsx'
import { PagedList } from './paged-list.tsx'

interface Filter {
  actor: string
  operation: string
  subject: string
  from: string
  until: string
}

const noFilter: Filter = { actor: '', operation: '', subject: '', from: '', until: '' }

/** A day as people pick it, as the moment it begins here. */
const instantOf = (day: string): string | undefined =>
  day === '' ? undefined : new Date(`${day}T00:00:00`).toISOString()

/** Who did what with Rollcall. */
export function AuditPart() {
  const [filter, setFilter] = useState(noFilter)
  const entries = usePaged<AuditEntry>(
    'audit',
    '/audit',
    { ...filter, from: instantOf(filter.from), until: instantOf(filter.until) },
    { limit: 100 },
  )
  const filtered = Object.values(filter).some(Boolean)
  return (
    <Panel title="Audit trail">
      <AuditVerify />
      <FilterForm onFilter={setFilter} />
      <PagedList
        listing={entries}
        empty={
          <EmptyState
            icon={ScrollText}
            title={filtered ? 'Nothing like that was done' : 'Nothing was done yet'}
            action={filtered ? <Button onClick={() => setFilter(noFilter)}>Show everything</Button> : null}
          />
        }
      >
        {(items) => (
          <ol
            className="divide-y"
            aria-label={`Newest first; the last one shown is of ${formatTime(items.at(-1)!.at)}`}
          >
            {items.map((entry) => (
              <AuditLine key={entry.id} entry={entry} />
            ))}
          </ol>
        )}
      </PagedList>
    </Panel>
  )
}

function FilterForm({ onFilter }: { onFilter(filter: Filter): void }) {
  const [filter, setFilter] = useState(noFilter)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onFilter(filter)
  }
  const input = (name: keyof Filter, label: string, placeholder?: string) => (
    <TextField
      label={label}
      spellCheck={false}
      type={name === 'from' || name === 'until' ? 'date' : 'text'}
      placeholder={placeholder}
      value={filter[name]}
      onChange={(event) => setFilter({ ...filter, [name]: event.target.value })}
    />
  )
  return (
    <form onSubmit={submit} className="grid grid-cols-2 items-end gap-2 border-b px-3 py-3 lg:grid-cols-6">
      {input('actor', 'Who', 'ada@example.net')}
      {input('operation', 'What', 'user.create')}
      {input('subject', 'To what', 'token:7')}
      {input('from', 'From')}
      {input('until', 'Before')}
      <Button type="submit" icon={Search}>
        Find
      </Button>
    </form>
  )
}
