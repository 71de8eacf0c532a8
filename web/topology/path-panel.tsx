import type { UseQueryResult } from '@tanstack/react-query'
import { ArrowDown, ArrowUpDown, Cable, HardDrive, Route, ServerCog, X, type LucideIcon } from 'lucide-react'
import { Button, IconButton } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { DevicePicker } from './device-picker.tsx'
import { NodeIcon } from './node-icon.tsx'
import { placeId } from './shown-graph.ts'
import type { Freshness, PathAnswer, PathStep } from './topology-types.ts'

interface PathPanelProps {
  from: string | undefined
  to: string | undefined
  path: UseQueryResult<PathAnswer>
  onEnds(ends: { from?: string | undefined; to?: string | undefined }): void
  onPick(id: number): void
  onClose(): void
}

/** How two devices hang together, in words. */
export function PathPanel({ from, to, path, onEnds, onPick, onClose }: PathPanelProps) {
  return (
    <section aria-label="Path" className="flex min-h-0 flex-col">
      <div className="flex min-h-10 items-center border-b pr-2 pl-4">
        <h2 className="text-sm font-semibold">How are they connected?</h2>
        <IconButton label="Close" icon={X} className="ml-auto" onClick={onClose} />
      </div>
      <div className="flex items-center gap-1 border-b py-2 pr-2 pl-4">
        <div className="flex min-w-0 grow flex-col gap-1.5">
          <DevicePicker
            label="From"
            placeholder="From: a device"
            value={from}
            onValue={(value) => onEnds({ from: value })}
          />
          <DevicePicker
            label="To"
            placeholder="To: a device"
            value={to}
            onValue={(value) => onEnds({ to: value })}
          />
        </div>
        <IconButton
          label="Other way round"
          icon={ArrowUpDown}
          onClick={() => onEnds({ from: to, to: from })}
        />
      </div>
      <div className="min-h-0 grow overflow-y-auto">
        {from === undefined || to === undefined ? (
          <p className="px-4 py-3 text-muted">
            Choose two devices. The way leads over what they run on, are plugged into, lie on and are managed
            by.
          </p>
        ) : (
          <Answer path={path} onPick={onPick} />
        )}
      </div>
    </section>
  )
}

function Answer({ path, onPick }: Pick<PathPanelProps, 'path' | 'onPick'>) {
  if (path.isError) return <ErrorState error={path.error} onRetry={() => void path.refetch()} />
  if (path.data === undefined) return <Skeleton lines={5} />
  const { connected, reason, steps, sources } = path.data
  if (!connected)
    return (
      <EmptyState icon={Route} title="No path is known">
        {reason} What no source tells of cannot be found: a switch that is not read, a cable without LLDP.
      </EmptyState>
    )
  if (steps.length === 0) return <p className="px-4 py-3 text-muted">They are the same device.</p>
  return (
    <ol aria-label="Steps of the path" className="py-2">
      <Stop place={steps[0]!.from} onPick={onPick} />
      {steps.map((step) => (
        <Step
          key={`${placeId(step.from)} ${placeId(step.to)}`}
          step={step}
          sources={sources}
          onPick={onPick}
        />
      ))}
    </ol>
  )
}

const stepIcons: Readonly<Record<PathStep['type'], LucideIcon>> = {
  connects_to: Cable,
  hosts: ServerCog,
  manages: ServerCog,
  backs_up: ServerCog,
  owns: HardDrive,
  uses: HardDrive,
  cut_from: HardDrive,
  lies_on: HardDrive,
}

interface StepProps {
  step: PathStep
  sources: readonly Freshness[]
  onPick(id: number): void
}

function Step({ step, sources, onPick }: StepProps) {
  const Icon = stepIcons[step.type]
  const read = sources.find(({ source }) => source === step.source)
  return (
    <>
      <li className="flex items-start gap-2 px-4 py-1">
        <ArrowDown size={14} className="mt-0.5 shrink-0 text-muted" aria-hidden />
        <div className="min-w-0 rounded-md bg-sunken px-2 py-1">
          <p className="flex items-start gap-1.5">
            <Icon size={14} className="mt-0.5 shrink-0 text-muted" aria-hidden />
            <span className="min-w-0 break-words">{step.text}</span>
          </p>
          {step.source === null ? null : (
            <p className="text-xs text-muted">
              told by {step.source}, read{' '}
              {read?.completeAt ? <TimeAgo at={read.completeAt} /> : 'never to its end'}
            </p>
          )}
        </div>
      </li>
      <Stop place={step.to} onPick={onPick} />
    </>
  )
}

function Stop({ place, onPick }: { place: PathStep['from']; onPick(id: number): void }) {
  return (
    <li className="px-3">
      <Button
        look="quiet"
        className="max-w-full justify-start! px-1.5 text-ink"
        onClick={() => onPick(placeId(place))}
      >
        <NodeIcon of={place} size={15} />
        <span className="truncate">{place.name}</span>
      </Button>
    </li>
  )
}
