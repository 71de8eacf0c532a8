import { formatBytes, formatNumber, formatTime, formatValue } from '../format.ts'
import { labelOf } from '../sources/setting-fields.ts'

/** Facts with their names; what is a size or a time is shown as one. */
export function FactList({ facts }: { facts: Readonly<Record<string, unknown>> }) {
  return (
    <dl className="grid grid-cols-[minmax(9rem,14rem)_minmax(0,1fr)] gap-x-4 gap-y-1.5 px-4 py-3">
      {Object.entries(facts).map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{labelOf(name.replace(/Bytes$/, ''))}</dt>
          <dd className="min-w-0 break-words">{spoken(name, value)}</dd>
        </div>
      ))}
    </dl>
  )
}

function spoken(name: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return '—'
  if (typeof value === 'number') return name.endsWith('Bytes') ? formatBytes(value) : formatNumber(value)
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) return formatTime(value)
  return formatValue(value)
}
