import type { ReactNode } from 'react'
import type { DeviceDetail } from '#features/inventory/device-shapes.ts'
import { capitalised, formatBytes, formatMegabytes, formatValue, inWords } from '../format.ts'
import { Badge } from '../ui/badge.tsx'
import { Panel } from '../ui/page.tsx'

type Vm = NonNullable<DeviceDetail['vm']>

const power = {
  POWERED_ON: { word: 'running', tone: 'good' },
  POWERED_OFF: { word: 'stopped', tone: 'neutral' },
  SUSPENDED: { word: 'suspended', tone: 'warn' },
} as const

/** What a hypervisor says of the machine. */
export function VmPanel({ vm }: { vm: Vm }) {
  const state = power[vm.powerState as keyof typeof power]
  const { totalDiskCapacityBytes: disk, totalSnapshotSizeBytes: snapshots } = vm
  return (
    <Panel title="Virtual machine" actions={state ? <Badge tone={state.tone}>{state.word}</Badge> : null}>
      <dl className="grid grid-cols-2 gap-px bg-line/60 sm:grid-cols-4">
        <Figure name="CPUs">{vm.cpuCount}</Figure>
        <Figure name="Memory">{vm.memoryMb === null ? null : formatMegabytes(vm.memoryMb)}</Figure>
        <Figure name="Disks">{disk === null ? null : formatBytes(disk)}</Figure>
        <Figure name="Snapshots">
          {snapshots === null ? vm.snapshots.length || null : formatBytes(snapshots)}
        </Figure>
      </dl>
      <dl className="grid grid-cols-[8rem_minmax(0,1fr)] gap-x-3 gap-y-1.5 border-t px-4 py-2.5">
        <Line name="Set up for">{vm.guestOs}</Line>
        <Line name="Guest tools">
          {vm.toolsRunning === null ? null : vm.toolsRunning ? 'running' : 'not running'}
        </Line>
        <Line name="Guest addresses">{vm.ipAddresses.join(', ') || null}</Line>
        <Line name="Instance UUID">
          {vm.instanceUuid === null ? null : <span className="font-mono text-xs">{vm.instanceUuid}</span>}
        </Line>
      </dl>
      <Parts title="Disks" parts={vm.disks} />
      <Parts title="Snapshots" parts={vm.snapshots} />
    </Panel>
  )
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="bg-surface px-4 py-2">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="text-base font-semibold">
        {children ?? <span className="font-normal text-muted">—</span>}
      </dd>
    </div>
  )
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  if (children === null || children === undefined) return null
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}

/** Disks and snapshots, with whatever their hypervisor tells of each. */
function Parts({ title, parts }: { title: string; parts: readonly Record<string, unknown>[] }) {
  if (parts.length === 0) return null
  return (
    <details className="border-t px-4 py-2">
      <summary className="text-xs font-medium text-muted">
        {title} ({parts.length})
      </summary>
      <ul className="mt-1.5 flex flex-col gap-1 text-xs">
        {parts.map((part) => (
          <li key={JSON.stringify(part)}>{sentenceOf(part)}</li>
        ))}
      </ul>
    </details>
  )
}

function sentenceOf(part: Record<string, unknown>): string {
  return Object.entries(part)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) =>
      /bytes$/i.test(name) && typeof value === 'number'
        ? `${capitalised(inWords(name.replace(/_?bytes$/i, ''))) || 'Size'} ${formatBytes(value)}`
        : `${capitalised(inWords(name))} ${formatValue(value)}`,
    )
    .join(' · ')
}
