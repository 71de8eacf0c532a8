import { useMemo } from 'react'
import type { RecentOfServer } from './server-cell.tsx'
import { useRecent, type RowsInSight } from './use-recent.ts'

const hour = { length: 3_600_000, points: 40 }
const minutes = { length: 600_000, points: 10 }
const nothing: RecentOfServer = {}

/** What the rows in sight told of late, of what their columns show. The same row gets the same object until it changes. */
export function useFleetRecent(
  rows: RowsInSight,
  columns: readonly string[],
): (id: string) => RecentOfServer {
  const asks = (column: string, metric: string) => (columns.includes(column) ? metric : undefined)
  const cpu = useRecent(asks('spark', 'cpu_percent'), rows, hour)
  const received = useRecent(asks('network', 'network_rx_bytes'), rows, minutes)
  const sent = useRecent(asks('network', 'network_tx_bytes'), rows, minutes)
  return useMemo(() => {
    const all = new Map<string, RecentOfServer>()
    for (const id of new Set([...cpu.keys(), ...received.keys(), ...sent.keys()]))
      all.set(id, { cpu: cpu.get(id), received: received.get(id), sent: sent.get(id) })
    return (id) => all.get(id) ?? nothing
  }, [cpu, received, sent])
}
