import type { DeviceDetail } from '#features/inventory/device-shapes.ts'
import { api } from '../api.ts'
import type { LinkedRecord } from '../inventory-types.ts'
import { formatValue } from '../format.ts'
import { factLabel } from '../changes/diff-lines.ts'
import { Badge } from '../ui/badge.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Panel } from '../ui/page.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { refreshDevice } from './device-query.ts'

interface RecordsPanelProps {
  device: DeviceDetail
  mayChange: boolean
}

/** What each source calls the device, and why it is believed to be the same thing. */
export function RecordsPanel({ device, mayChange }: RecordsPanelProps) {
  const { records } = device
  const told = records.filter(({ source }) => source !== 'manual')
  const split = async (record: LinkedRecord) => {
    const made = await api.post<DeviceDetail>(`/devices/${device.id}/split`, { records: [record.id] })
    sayDone(`${made.name} is a device of its own now`)
    await refreshDevice()
  }
  return (
    <Panel title={`Why one device (${records.length})`}>
      {records.length === 0 ? <p className="px-4 py-3 text-muted">No source tells of it.</p> : null}
      <ul className="divide-y">
        {records.map((record) => (
          <RecordItem
            key={record.id}
            record={record}
            onSplit={
              mayChange && told.length > 1 && record.source !== 'manual' ? () => split(record) : undefined
            }
          />
        ))}
      </ul>
    </Panel>
  )
}

interface RecordItemProps {
  record: LinkedRecord
  /** Makes it a device of its own; not there for what cannot stand alone. */
  onSplit: (() => Promise<void>) | undefined
}

function RecordItem({ record, onSplit }: RecordItemProps) {
  const { source, kind, sourceId, lastSeen, missingSince, evidence, score, decidedBy, volatile, volatileAt } =
    record
  // What a person said, and what the device began with, was not weighed.
  const isWeighed = decidedBy.startsWith('rule:') && decidedBy !== 'rule:own-device'
  return (
    <li className="flex flex-col gap-1 px-4 py-2.5">
      <div className="flex items-center gap-2">
        <span className="min-w-0 truncate font-medium">
          {source === 'manual' ? 'Entered by hand' : source}
        </span>
        {kind === 'device' ? null : <Badge>{kind}</Badge>}
        {missingSince === null ? null : <Badge tone="bad">missing</Badge>}
        <TimeAgo at={missingSince ?? lastSeen} className="ml-auto text-xs whitespace-nowrap text-muted" />
      </div>
      <p className="truncate font-mono text-xs text-muted" title={sourceId}>
        {sourceId}
      </p>
      {evidence.length > 0 ? (
        <ul className="list-disc pl-4 text-xs text-muted">
          {evidence.map((each) => (
            <li key={each} className="break-words">
              {each}
            </li>
          ))}
        </ul>
      ) : null}
      <div className="flex flex-wrap items-center gap-2 text-xs text-muted">
        {isWeighed ? <span>{Math.round(score * 100)} % sure</span> : null}
        {/^(system|rule)/.test(decidedBy) ? null : <span>decided by {decidedBy}</span>}
        {onSplit ? (
          <Confirm
            title={`Split ${sourceId} off?`}
            verb="Split"
            onConfirm={onSplit}
            trigger={(open) => (
              <button type="button" onClick={open} className="ml-auto text-accent hover:underline">
                not this device
              </button>
            )}
          >
            The record becomes a device of its own, and no rule joins the two again. A merge takes that back.
          </Confirm>
        ) : null}
      </div>
      {volatile === null || Object.keys(volatile).length === 0 ? null : (
        <Volatile facts={volatile} at={volatileAt} />
      )}
    </li>
  )
}

/** Facts that change at every reading: kept, without a history. */
function Volatile({ facts, at }: { facts: Record<string, unknown>; at: string | null }) {
  return (
    <details>
      <summary className="text-xs text-muted">
        Readings from <TimeAgo at={at} />
      </summary>
      <dl className="mt-1 grid grid-cols-[8rem_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-xs">
        {Object.entries(facts).map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="truncate text-muted">{factLabel(name)}</dt>
            <dd className="min-w-0 break-words">{formatValue(value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
