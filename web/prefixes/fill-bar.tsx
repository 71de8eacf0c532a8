import type { PrefixItem } from './prefix-types.ts'
import { fullness, usedWords } from './prefix-words.ts'

/** How many addresses of a prefix are used: a bar, and the figures beside it. */
export function FillBar(usage: Pick<PrefixItem, 'used' | 'total'>) {
  const share = fullness(usage)
  if (share === undefined) return <span className="text-xs whitespace-nowrap">{usedWords(usage)}</span>
  const tone = share > 95 ? 'bg-bad' : share > 85 ? 'bg-warn' : 'bg-accent'
  return (
    <span className="flex items-center gap-2">
      <span className="h-1.5 min-w-6 grow sm:min-w-12 overflow-hidden rounded-full bg-sunken" aria-hidden>
        <span className={`block h-full rounded-full ${tone}`} style={{ width: `${share}%` }} />
      </span>
      <span className="text-right sm:min-w-28 text-xs whitespace-nowrap">
        {usedWords(usage)} <span className="text-muted">({share} %)</span>
      </span>
    </span>
  )
}
