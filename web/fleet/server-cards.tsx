import { memo, useEffect, useMemo, useRef, useState } from 'react'
import { useVirtualizer } from '@tanstack/react-virtual'
import type { ServerItem } from '../servers/server-types.ts'
import { systemOf } from '../servers/server-words.ts'
import { StateMark } from '../servers/state-mark.tsx'
import { classNames } from '../ui/class-names.ts'
import { TimeAgo } from '../ui/time-ago.tsx'
import { PercentBar } from './percent-bar.tsx'
import { CpuSpark, NameCell, type RecentOfServer } from './server-cell.tsx'
import type { ServerTableProps } from './server-table.tsx'
import { useFleetRecent } from './use-fleet-recent.ts'

const cardHeight = 132
const gap = 10
const narrowest = 250
const asked = ['spark']

/** The servers as cards, as many in a row as fit; only those in sight are drawn. */
export function ServerCards({ servers, selection, more, onMore, onOpen }: ServerTableProps) {
  const frame = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const sizes = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width))
    sizes.observe(frame.current!)
    return () => sizes.disconnect()
  }, [])
  const across = Math.max(1, Math.floor((width + gap) / (narrowest + gap)))
  const lines = Math.ceil(servers.length / across)
  // oxlint-disable-next-line react/incompatible-library -- nothing of it is passed on to what is memoized
  const virtual = useVirtualizer({
    count: lines,
    getScrollElement: () => frame.current,
    estimateSize: () => cardHeight + gap,
    overscan: 3,
  })
  const shown = virtual.getVirtualItems()
  const first = (shown.at(0)?.index ?? 0) * across
  const last = Math.min(servers.length, ((shown.at(-1)?.index ?? -1) + 1) * across) - 1
  const ids = useMemo(() => servers.map(({ id }) => id), [servers])
  const recentOf = useFleetRecent({ ids, first, last: Math.max(first, last) }, asked)
  useEffect(() => {
    if (more && last >= servers.length - 60) onMore()
  }, [more, last, servers.length, onMore])
  return (
    <div ref={frame} className="min-h-0 grow overflow-auto p-2.5">
      <ul aria-label="Servers" className="relative" style={{ height: virtual.getTotalSize() }}>
        {shown.flatMap((line) =>
          servers.slice(line.index * across, (line.index + 1) * across).map((server, place) => (
            <li
              key={server.id}
              aria-setsize={servers.length}
              aria-posinset={line.index * across + place + 1}
              className="absolute"
              style={{
                top: line.start,
                height: cardHeight,
                width: `calc((100% - ${(across - 1) * gap}px) / ${across})`,
                left: `calc(${place} * ((100% - ${(across - 1) * gap}px) / ${across} + ${gap}px))`,
              }}
            >
              <ServerCard
                server={server}
                recent={recentOf(server.id)}
                current={server.id === selection.cursor}
                onOpen={onOpen}
              />
            </li>
          )),
        )}
      </ul>
    </div>
  )
}

interface ServerCardProps {
  server: ServerItem
  recent: RecentOfServer
  current: boolean
  onOpen(id: string): void
}

const ServerCard = memo(function ServerCard({ server, recent, current, onOpen }: ServerCardProps) {
  const values = server.latest?.values ?? {}
  return (
    <article
      className={classNames(
        'flex h-full flex-col gap-1.5 rounded-lg border px-3 py-2.5',
        current && 'border-accent shadow-[0_0_0_1px_var(--accent)]',
      )}
    >
      <div className="flex items-center gap-2">
        <NameCell server={server} onOpen={onOpen} isReached />
        <StateMark server={server} className="ml-auto shrink-0 text-xs" />
      </div>
      <p className="flex items-center gap-2 text-xs text-muted">
        <span className="min-w-0 truncate">{systemOf(server) || server.ipAddress || server.id}</span>
        <TimeAgo at={server.lastSeen} className="ml-auto shrink-0" />
      </p>
      <dl className="mt-auto grid grid-cols-[3.6rem_minmax(0,1fr)] items-center gap-y-1 text-xs">
        <dt className="text-muted">CPU</dt>
        <dd className="flex items-center gap-2">
          <CpuSpark values={recent.cpu} name={server.name} width={64} />
          <PercentBar value={values['cpu_percent']} className="grow" />
        </dd>
        <dt className="text-muted">Memory</dt>
        <dd>
          <PercentBar value={values['memory_percent']} />
        </dd>
        <dt className="text-muted">Disk</dt>
        <dd>
          <PercentBar value={values['disk_percent']} />
        </dd>
      </dl>
    </article>
  )
})
