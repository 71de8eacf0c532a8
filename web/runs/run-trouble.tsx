import { CircleSlash, CircleX, TriangleAlert } from 'lucide-react'
import type { Run } from '#features/sync/run-shapes.ts'
import { classNames } from '../ui/class-names.ts'
import { remedyFor } from './remedies.ts'

const kinds = {
  failed: { icon: CircleX, look: 'bg-bad-soft text-bad', title: 'It could not be read' },
  partial: { icon: TriangleAlert, look: 'bg-warn-soft text-warn', title: 'Only part of it was read' },
  cancelled: { icon: CircleSlash, look: 'bg-sunken text-muted', title: 'It was stopped' },
} as const

const consequence = {
  failed: 'Nothing was marked as gone; everything known of it stays.',
  partial:
    'What was new or changed is kept. Nothing was marked as gone, because it may have been in the rest.',
  cancelled: 'What was read until then is kept, and nothing was marked as gone.',
} as const

/** Why a run is not complete, what that means, and what to do. */
export function RunTrouble({ run }: { run: Run }) {
  const { status } = run
  if (status === 'running' || status === 'complete') return null
  const { icon: Icon, look, title } = kinds[status]
  const remedy = remedyFor(run.errorCode)
  return (
    <section aria-label={title} className={classNames('flex gap-3 rounded-lg px-4 py-3', look)}>
      <Icon size={18} className="mt-0.5 shrink-0" aria-hidden />
      <div className="flex min-w-0 flex-col gap-1">
        <h2 className="font-semibold">{title}</h2>
        {run.reason ? <p className="break-words whitespace-pre-wrap">{run.reason}</p> : null}
        {remedy ? <p className="text-ink">{remedy}</p> : null}
        <p className="text-xs text-ink/75">
          {consequence[status]}
          {run.errorCode ? <code className="ml-2 font-mono">{run.errorCode}</code> : null}
        </p>
      </div>
    </section>
  )
}
