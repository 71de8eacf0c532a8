import { useCallback, useEffect, useMemo, useRef, useState, type PointerEvent } from 'react'
import { Link } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { HeatStrip } from '../charts/heat-strip.tsx'
import { bucketLabel } from '../charts/time-labels.ts'
import { formatIn } from '../charts/unit.ts'
import { metricWords, type ComparedMetric } from '../servers/metric-words.ts'
import type { ServerItem } from '../servers/server-types.ts'
import { useIsDark } from '../theme.ts'
import { useHeat, type Stretch } from './use-heat.ts'

const rowHeight = 22

interface HeatRowsProps {
  servers: readonly ServerItem[]
  metric: ComparedMetric
  stretch: Stretch
  most: number
  more: boolean
  /** One of several below one another: the page scrolls, not the rows. */
  isPart?: boolean
  onMore(): void
  /** The highest value that was read so far. */
  onMost(most: number): void
}

interface Pointed {
  server: string
  time: number
  value: number | null
  x: number
  y: number
}

/** A strip a server; those in sight are read and drawn. */
export function HeatRows(props: HeatRowsProps) {
  const { servers, metric, stretch, most, more, isPart = false, onMore, onMost } = props
  const frame = useRef<HTMLDivElement>(null)
  const isDark = useIsDark()
  const [pointed, setPointed] = useState<Pointed>()
  // oxlint-disable-next-line react/incompatible-library -- nothing of it is passed on to what is memoized
  const virtual = useVirtualizer({
    count: servers.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    getItemKey: useCallback((index: number) => servers[index]!.id, [servers]),
    overscan: 10,
  })
  const rows = virtual.getVirtualItems()
  const last = rows.at(-1)?.index ?? 0
  const ids = useMemo(() => servers.map(({ id }) => id), [servers])
  const heat = useHeat({ ids, first: rows.at(0)?.index ?? 0, last }, metric, stretch)
  useEffect(() => {
    if (more && last >= servers.length - 100) onMore()
  }, [more, last, servers.length, onMore])
  useEffect(() => onMost(heat.most), [heat.most, onMost])
  const { unit } = metricWords(metric)

  const onPoint = (event: PointerEvent, server: ServerItem) => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    const found = heat.of(server.id)
    if (!found) return
    const index = Math.min(
      found.values.length - 1,
      Math.floor(((event.clientX - left) / width) * found.values.length),
    )
    const time = found.times[index]
    if (time === undefined) return
    setPointed({
      server: server.name,
      time,
      value: found.values[index] ?? null,
      x: event.clientX,
      y: event.clientY,
    })
  }
  return (
    <div ref={frame} className={isPart ? undefined : 'min-h-0 grow overflow-auto'}>
      <ul aria-label="Servers over time" className="relative" style={{ height: virtual.getTotalSize() }}>
        {rows.map(({ index, start }) => {
          const server = servers[index]!
          const found = heat.of(server.id)
          return (
            <li
              key={server.id}
              aria-setsize={servers.length}
              aria-posinset={index + 1}
              className="absolute inset-x-0 grid grid-cols-[minmax(7rem,11rem)_minmax(0,1fr)] items-center gap-2 pr-2"
              style={{ top: start, height: rowHeight }}
            >
              <Link
                to="/servers/$id"
                params={{ id: server.id }}
                className="truncate pl-3 text-xs hover:text-accent hover:underline"
              >
                {server.name}
              </Link>
              <Link
                to="/servers/$id"
                params={{ id: server.id }}
                tabIndex={-1}
                aria-hidden
                className="block h-5 bg-sunken"
                onPointerMove={(event) => onPoint(event, server)}
                onPointerLeave={() => setPointed(undefined)}
              >
                {found ? <HeatStrip values={found.values} most={most} isDark={isDark} /> : null}
              </Link>
              {found ? <span className="sr-only">{summary(found.values, unit)}</span> : null}
            </li>
          )
        })}
      </ul>
      {pointed ? (
        <div
          aria-hidden
          className="pointer-events-none fixed z-30 rounded-md border bg-surface px-2 py-1 text-xs shadow-lg"
          style={{ left: Math.min(pointed.x + 12, innerWidth - 220), top: pointed.y + 14 }}
        >
          <strong className="font-medium">{pointed.server}</strong> {formatIn(unit, pointed.value)}
          <span className="block text-muted">{bucketLabel(pointed.time, heat.step)}</span>
        </div>
      ) : null}
    </div>
  )
}

function summary(values: readonly (number | null)[], unit: Parameters<typeof formatIn>[0]): string {
  const told = values.filter((value) => value !== null)
  if (told.length === 0) return 'nothing was told'
  const mean = told.reduce((sum, value) => sum + value, 0) / told.length
  return `mean ${formatIn(unit, mean)}, highest ${formatIn(unit, Math.max(...told))}`
}
