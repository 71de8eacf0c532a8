import { useState } from 'react'
import { History } from 'lucide-react'
import { fromLocalInput, spans, toLocalInput } from '../changes/times.ts'
import { usePaged } from '../paged.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { Listing } from '../ui/listing.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { Panel } from '../ui/page.tsx'
import { AlertRow } from './alert-row.tsx'
import { severityLooks, type AlertItem } from './alert-words.ts'

const severities = [
  { value: '', label: 'Every severity' },
  ...Object.entries(severityLooks).map(([value, { word }]) => ({ value, label: word })),
]

const times = [
  { value: '', label: 'At any time' },
  ...spans.map(([value, label]) => ({ value, label })),
  { value: 'between', label: 'Between two times' },
]

/** What was wrong, and is over. */
export function HistoryView() {
  const [severity, setSeverity] = useState('')
  const [span, setSpan] = useState('')
  const [between, setBetween] = useState<{ from?: string | undefined; to?: string | undefined }>({})
  const listing = usePaged<AlertItem>('alerts', '/alerts', {
    open: false,
    severity,
    grouped: false,
    ...(span === 'between' ? between : { from: span }),
  })
  return (
    <Panel>
      <div className="flex flex-wrap gap-3 border-b px-3 py-2">
        <SelectField
          label="Severity"
          options={severities}
          value={severity}
          onChange={(event) => setSeverity(event.target.value)}
        />
        <SelectField
          label="Began"
          options={times}
          value={span}
          onChange={(event) => setSpan(event.target.value)}
        />
        {span === 'between' ? (
          <>
            <TextField
              label="From"
              type="datetime-local"
              value={toLocalInput(between.from)}
              onChange={(event) => setBetween({ ...between, from: fromLocalInput(event.target.value) })}
            />
            <TextField
              label="To (now when empty)"
              type="datetime-local"
              value={toLocalInput(between.to)}
              onChange={(event) => setBetween({ ...between, to: fromLocalInput(event.target.value) })}
            />
          </>
        ) : null}
      </div>
      <Listing
        listing={listing}
        label="Alerts that are over"
        empty={
          <EmptyState
            icon={History}
            title={severity === '' && span === '' ? 'No alert is over yet' : 'No such alert is over'}
          />
        }
        row={(alert) => <AlertRow key={alert.id} alert={alert} />}
      />
    </Panel>
  )
}
