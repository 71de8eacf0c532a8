import { TriangleAlert } from 'lucide-react'
import { deviceTypeName } from '../device-words.ts'
import { formatNumber } from '../format.ts'
import { useIsDark } from '../theme.ts'
import { Button } from '../ui/button.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { paletteOf, typeColour, typeShape, type Shape } from './picture-colours.ts'
import type { ShownGraph } from './shown-graph.ts'
import type { GraphAnswer } from './topology-types.ts'
import { largeLimit } from './use-topology-place.ts'

/** Says that there is more than is shown, and how to see it. */
export function CutNote({ answer, limit, onMore }: { answer: GraphAnswer; limit: number; onMore(): void }) {
  if (!answer.truncated) return null
  return (
    <output className="flex flex-wrap items-center gap-2 border-b bg-warn-soft px-4 py-1.5 text-warn">
      <TriangleAlert size={14} className="shrink-0" aria-hidden />
      {formatNumber(answer.nodes.length)} of {formatNumber(answer.total)} devices are shown, those with most
      relationships first. Narrow the query, or choose a device to look around.
      {limit < largeLimit ? (
        <Button onClick={onMore} className="h-6! text-xs!">
          Show up to {formatNumber(largeLimit)}
        </Button>
      ) : null}
    </output>
  )
}

/** How old is what the relationships are known by. */
export function FreshnessNote({ sources }: { sources: GraphAnswer['sources'] }) {
  if (sources.length === 0) return null
  return (
    <p className="flex flex-wrap gap-x-3 border-t px-4 py-1.5 text-xs text-muted">
      <span>Relationships as read:</span>
      {sources.map(({ source, completeAt, status }) => (
        <span key={source} className={status === 'failed' ? 'text-bad' : undefined}>
          {source} {completeAt === null ? 'never to its end' : <TimeAgo at={completeAt} />}
          {status === 'failed' || status === 'partial' ? ` (last time ${status})` : ''}
        </span>
      ))}
    </p>
  )
}

const most = 7

/** Which colour and shape is which kind, of those that are in the picture. */
export function Legend({ graph }: { graph: ShownGraph }) {
  const palette = paletteOf(useIsDark())
  const counts = new Map<string, number>()
  for (const { kind, type } of graph.nodes.values())
    if (kind === 'device') counts.set(type, (counts.get(type) ?? 0) + 1)
  const types = [...counts].toSorted(([, left], [, right]) => right - left).slice(0, most)
  const hasInactive = [...graph.nodes.values()].some(({ status }) => status === 'inactive')
  return (
    <ul
      aria-label="Legend"
      className="pointer-events-none absolute bottom-3 left-3 flex flex-col gap-0.5 rounded-lg border bg-surface/90 px-2.5 py-1.5 text-xs"
    >
      {types.map(([type, count]) => (
        <li key={type} className="flex items-center gap-2">
          <Mark shape={typeShape('device', type)} colour={typeColour(palette, 'device', type)} />
          {deviceTypeName(type)}
          <span className="ml-auto pl-3 text-muted">{formatNumber(count)}</span>
        </li>
      ))}
      {hasInactive ? (
        <li className="flex items-center gap-2">
          <svg width="12" height="12" aria-hidden>
            <circle cx="6" cy="6" r="4.5" fill="none" stroke={palette.bad} strokeWidth="2" />
          </svg>
          Inactive
        </li>
      ) : null}
    </ul>
  )
}

const outlines: Readonly<Record<Shape, string>> = {
  circle: 'M6 1a5 5 0 1 0 0 10a5 5 0 1 0 0-10',
  square: 'M1.5 1.5h9v9h-9z',
  triangle: 'M6 1l5.2 9.5h-10.4z',
  diamond: 'M6 0.5l5.5 5.5l-5.5 5.5l-5.5-5.5z',
}

const Mark = ({ shape, colour }: { shape: Shape; colour: string }) => (
  <svg width="12" height="12" aria-hidden>
    <path d={outlines[shape]} fill={colour} />
  </svg>
)
