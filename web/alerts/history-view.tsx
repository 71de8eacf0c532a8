import { useState } from 'react'
import { History } from 'lucide-react'
import { usePaged } from '../paged.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { Listing } from '../ui/listing.tsx'
import { SelectField } from '../ui/field.tsx'
import { Panel } from '../ui/page.tsx'
import { AlertRow } from './alert-row.tsx'
import { severityLooks, type AlertItem } from './alert-words.ts'

const severities = [
  { value: '', label: 'Every severity' },
  ...Object.entries(severityLooks).map(([value, { word }]) => ({ value, label: word })),
]

/** What was wrong, and is over. */
export function HistoryView() {
  const [severity, setSeverity] = useState('')
  const listing = usePaged<AlertItem>('alerts', '/alerts', { open: false, severity, grouped: false })
  return (
    <Panel>
      <div className="w-48 px-3 py-2">
        <SelectField
          label="Severity"
          options={severities}
          value={severity}
          onChange={(event) => setSeverity(event.target.value)}
        />
      </div>
      <Listing
        listing={listing}
        label="Alerts that are over"
        empty={<EmptyState icon={History} title="No alert is over yet" />}
        row={(alert) => <AlertRow key={alert.id} alert={alert} />}
      />
    </Panel>
  )
}
