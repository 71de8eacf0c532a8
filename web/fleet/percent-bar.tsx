import { formatPercent } from '../format.ts'

/** A share as a bar and a figure; what is nearly full looks so, and its figure says it. */
export function PercentBar({ value, className }: { value: number | undefined; className?: string }) {
  if (value === undefined) return <span className="text-muted">—</span>
  const tone = value > 95 ? 'bg-bad' : value > 85 ? 'bg-warn' : 'bg-accent'
  return (
    <span className={`flex items-center gap-2 ${className ?? ''}`}>
      <span className="h-1.5 min-w-6 grow overflow-hidden rounded-full bg-sunken" aria-hidden>
        <span
          className={`block h-full rounded-full ${tone}`}
          style={{ width: `${Math.max(0, Math.min(100, value))}%` }}
        />
      </span>
      <span className="w-11 shrink-0 text-right text-xs">{formatPercent(value)}</span>
    </span>
  )
}
