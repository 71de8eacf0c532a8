import { formatBytes } from '../format.ts'

interface UsageBarProps {
  capacityBytes: number | null
  usedBytes: number | null
}

/** How full something is: a bar, and the figures beside it. */
export function UsageBar({ capacityBytes, usedBytes }: UsageBarProps) {
  if (capacityBytes === null)
    return <span className="text-muted">{usedBytes === null ? '—' : `${formatBytes(usedBytes)} used`}</span>
  const capacity = formatBytes(capacityBytes)
  if (usedBytes === null || capacityBytes === 0) return <span>{capacity}</span>
  const share = usedBytes / capacityBytes
  const tone = share > 0.95 ? 'bg-bad' : share > 0.85 ? 'bg-warn' : 'bg-accent'
  return (
    <span className="flex items-center gap-2">
      <span className="h-1.5 min-w-16 grow overflow-hidden rounded-full bg-sunken" aria-hidden>
        <span
          className={`block h-full rounded-full ${tone}`}
          style={{ width: `${Math.min(1, share) * 100}%` }}
        />
      </span>
      <span className="text-xs whitespace-nowrap">
        {formatBytes(usedBytes)} of {capacity}{' '}
        <span className="text-muted">({Math.round(share * 100)} %)</span>
      </span>
    </span>
  )
}
