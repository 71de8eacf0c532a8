import type { Run } from '#features/sync/run-shapes.ts'
import type { Host } from '#features/hosts/host-shapes.ts'
import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import { Badge, type Tone } from './badge.tsx'

const deviceTones: Record<DeviceItem['status'], Tone> = {
  active: 'good',
  inactive: 'bad',
  unknown: 'neutral',
}
const runTones: Record<Run['status'], Tone> = {
  running: 'accent',
  complete: 'good',
  partial: 'warn',
  failed: 'bad',
  cancelled: 'neutral',
}
const hostTones: Record<Host['status'], Tone> = {
  pending: 'warn',
  approved: 'good',
  rejected: 'bad',
  pushed: 'accent',
}

/** Whether a device is up, as far as its sources say. */
export function DeviceStatus({
  device,
}: {
  device: Pick<DeviceItem, 'status'> & { retiredAt?: string | null }
}) {
  if (device.retiredAt) return <Badge>retired</Badge>
  return <Badge tone={deviceTones[device.status]}>{device.status}</Badge>
}

/** How a run ended, or that it has not yet. */
export function RunStatus({ run }: { run: Pick<Run, 'status' | 'missingWaiting' | 'missingDecision'> }) {
  const waits = run.missingWaiting > 0 && run.missingDecision === null && run.status !== 'running'
  return (
    <span className="inline-flex gap-1">
      <Badge tone={runTones[run.status]}>{run.status}</Badge>
      {waits ? <Badge tone="warn">decision needed</Badge> : null}
    </span>
  )
}

/** What was decided about a host. */
export function HostStatus({ status }: { status: Host['status'] }) {
  return <Badge tone={hostTones[status]}>{status}</Badge>
}

const dots: Record<DeviceItem['status'], string> = {
  active: 'bg-good',
  inactive: 'bg-bad',
  unknown: 'bg-line-strong',
}

/** The same as a dot and a word, for long lists. */
export function DeviceState({
  device,
}: {
  device: Pick<DeviceItem, 'status'> & { retiredAt?: string | null }
}) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <span
        className={`size-2 shrink-0 rounded-full ${device.retiredAt ? 'border border-line-strong' : dots[device.status]}`}
        aria-hidden
      />
      {device.retiredAt ? 'retired' : device.status}
    </span>
  )
}
