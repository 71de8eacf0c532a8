import { Link } from '@tanstack/react-router'
import type { Backing } from '#features/volumes/volume-shapes.ts'
import { UsageBar } from './usage-bar.tsx'
import { VolumeLink } from './volume-table.tsx'
import { volumeTypeNames } from './volume-words.ts'

interface BackingListProps {
  /** The volume at the top. */
  top: number
  backing: readonly Backing[]
  label: string
}

/** How deep each step lies under the volume at the top. */
function depths(top: number, backing: readonly Backing[]): Map<number, number> {
  const found = new Map([[top, -1]])
  for (const { id, under } of backing) found.set(id, (found.get(under) ?? -1) + 1)
  return found
}

/** What a volume lies on, step by step, each further in than the one above it. */
export function BackingList({ top, backing, label }: BackingListProps) {
  const depth = depths(top, backing)
  return (
    <ol aria-label={label} className="divide-y">
      {backing.map((step) => (
        <li
          key={step.id}
          className="grid items-center gap-x-4 gap-y-0.5 py-1.5 pr-4 sm:grid-cols-[minmax(0,1fr)_minmax(12rem,40%)]"
          style={{ paddingLeft: `${1 + (depth.get(step.id) ?? 0) * 1.25}rem` }}
        >
          <span className="flex min-w-0 flex-wrap items-baseline gap-x-1.5">
            <span className="text-xs whitespace-nowrap text-muted" title={step.key ?? undefined}>
              {volumeTypeNames[step.volumeType]}
            </span>
            <VolumeLink volume={step} />
            <Owner step={step} />
          </span>
          <UsageBar {...step} />
        </li>
      ))}
    </ol>
  )
}

function Owner({ step: { device, array, source } }: { step: Backing }) {
  if (device === null) return <span className="text-xs text-muted">on {array ?? source}</span>
  return (
    <span className="text-xs text-muted">
      on{' '}
      <Link
        to="/devices/$id"
        params={{ id: String(device.id) }}
        className="hover:text-accent hover:underline"
      >
        {device.name}
      </Link>
    </span>
  )
}
