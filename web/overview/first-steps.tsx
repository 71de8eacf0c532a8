import { Link } from '@tanstack/react-router'
import { PlugZap, Radar } from 'lucide-react'
import type { Overview } from '../inventory-types.ts'
import { useMay } from '../session.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Panel } from '../ui/page.tsx'

/** What to do with an inventory that holds nothing. */
export function FirstSteps({ overview, onDiscover }: { overview: Overview; onDiscover(): void }) {
  const mayChange = useMay('sources.change')
  const maySync = useMay('sync.run')
  const reads = overview.runs.some(({ status }) => status === 'running')
  return (
    <Panel>
      <EmptyState
        icon={PlugZap}
        title={reads ? 'The first machines are on their way' : 'No machines yet'}
        action={
          <>
            {mayChange ? (
              <Link to="/sources" search={{ add: 'choose' }} className={buttonClass('primary')}>
                <PlugZap size={15} aria-hidden /> Add a source
              </Link>
            ) : null}
            {maySync ? (
              <Button icon={Radar} onClick={onDiscover}>
                Discover a network
              </Button>
            ) : null}
          </>
        }
      >
        {reads
          ? 'A source is being read. What it finds appears here while it goes on.'
          : 'Rollcall learns of machines from the systems that know them: hypervisors, DHCP leases, lists, or a look around the network.'}
      </EmptyState>
    </Panel>
  )
}
