import type { DeviceDetail } from '#features/inventory/device-shapes.ts'
import { api } from '../api.ts'
import { formatTime } from '../format.ts'
import { MonitoringPanel } from '../servers/monitoring-panel.tsx'
import { useMay } from '../session.ts'
import { Panel } from '../ui/page.tsx'
import { sayDone, sayFailed } from '../ui/toaster.tsx'
import { refreshDevice } from './device-query.ts'
import { FactsPanel } from './facts-panel.tsx'
import { InterfacesPanel } from './interfaces-panel.tsx'
import { MergesPanel } from './merges-panel.tsx'
import { NotesPanel } from './notes-panel.tsx'
import { RecordsPanel } from './records-panel.tsx'
import { RelationshipsPanel } from './relationships-panel.tsx'
import { StoragePanel } from './storage-panel.tsx'
import { useBelief } from './use-belief.ts'
import { VmPanel } from './vm-panel.tsx'
import { VolumesPanel } from './volumes-panel.tsx'

/** The device itself: its facts at the left, what it belongs to at the right. */
export function DeviceKnown({ device }: { device: DeviceDetail }) {
  const mayChange = useMay('inventory.change') && device.asOf === null
  const takeBack = async (fact: string) => {
    try {
      await api.patch(`/devices/${device.id}`, { [fact]: null }, device.version)
      sayDone('Taken back: the sources are believed again')
    } catch (error) {
      sayFailed(error)
    }
    await refreshDevice()
  }
  const belief = useBelief(device)
  return (
    <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_21rem]">
      <div className="flex min-w-0 flex-col gap-3">
        <FactsPanel
          facts={device.facts}
          onTakeBack={mayChange ? (fact) => void takeBack(fact) : undefined}
          belief={mayChange ? belief : undefined}
        />
        {device.vm === null ? null : <VmPanel vm={device.vm} />}
        <InterfacesPanel interfaces={device.interfaces} />
        {device.asOf === null ? <StoragePanel device={device} /> : null}
        <VolumesPanel volumes={device.volumes} />
      </div>
      <aside aria-label="What the device belongs to" className="flex min-w-0 flex-col gap-3">
        {device.asOf === null ? <MonitoringPanel deviceId={device.id} /> : null}
        <RelationshipsPanel deviceId={device.id} relationships={device.relationships} mayChange={mayChange} />
        <RecordsPanel device={device} mayChange={mayChange} />
        {device.asOf === null ? <MergesPanel device={device} mayChange={mayChange} /> : null}
        {device.asOf === null ? <NotesPanel deviceId={device.id} mayChange={mayChange} /> : null}
        <Times device={device} />
      </aside>
    </div>
  )
}

function Times({ device }: { device: DeviceDetail }) {
  const times = [
    ['First seen', device.firstSeen],
    ['Last seen', device.lastSeen],
    ['Last change', device.updatedAt],
    ['Retired', device.retiredAt],
  ] as const
  return (
    <Panel title="Times">
      <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-y-1 px-4 py-2.5">
        {times.map(([label, at]) =>
          at === null ? null : (
            <div key={label} className="contents">
              <dt className="text-muted">{label}</dt>
              <dd>
                <time dateTime={at}>{formatTime(at)}</time>
              </dd>
            </div>
          ),
        )}
        <dt className="text-muted">Number</dt>
        <dd>{device.id}</dd>
      </dl>
    </Panel>
  )
}
