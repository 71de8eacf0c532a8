import { MonitorSmartphone } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import type { Tab } from './status-tabs.tsx'

interface NoHostsProps {
  tab: Tab
  q: string | undefined
  onAll(): void
  onClear(): void
}

const reasons: Record<Tab, readonly [title: string, why: string]> = {
  pending: ['Nothing waits for review', 'New MAC addresses appear here as soon as a source sees them.'],
  approved: ['No host is approved', 'Hosts that somebody approves are listed here.'],
  rejected: ['No host is rejected', 'Hosts that somebody rejects are listed here.'],
  pushed: ['No host is pushed', 'Hosts are here once they were written to NetBox.'],
  all: [
    'No hosts yet',
    'Hosts are the MAC addresses that scans, leases and neighbour tables tell of. Read a source or discover a range to find some.',
  ],
}

/** Why the list is empty, and where to look. */
export function NoHosts({ tab, q, onAll, onClear }: NoHostsProps) {
  const elsewhere = tab === 'all' ? null : <Button onClick={onAll}>Look in all states</Button>
  if (q)
    return (
      <EmptyState
        icon={MonitorSmartphone}
        title="No host matches"
        action={
          <>
            <Button onClick={onClear}>Clear the query</Button>
            {elsewhere}
          </>
        }
      >
        Try part of a name, an address, a MAC address or a maker.
      </EmptyState>
    )
  const [title, why] = reasons[tab]
  return (
    <EmptyState icon={MonitorSmartphone} title={title} action={elsewhere}>
      {why}
    </EmptyState>
  )
}
