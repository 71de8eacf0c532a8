import { useId } from 'react'
import {
  Download,
  Fingerprint,
  ListChecks,
  NotebookPen,
  RefreshCw,
  Tag,
  Tags,
  Terminal,
  Webhook,
  type LucideIcon,
} from 'lucide-react'
import type { JobActionShape } from '#features/jobs/job-shapes.ts'

const icons: Record<string, LucideIcon> = {
  tag: Tag,
  untag: Tags,
  annotate: NotebookPen,
  classify: Fingerprint,
  webhook: Webhook,
  command: Terminal,
  export: Download,
  sync: RefreshCw,
}

interface ActionPickerProps {
  actions: readonly JobActionShape[]
  value: string | undefined
  onValue(name: string): void
}

/** What jobs can do, one to be chosen. */
export function ActionPicker({ actions, value, onValue }: ActionPickerProps) {
  const group = useId()
  if (actions.length === 0)
    return <p className="px-4 py-4 text-muted">There is nothing here that you may do.</p>
  return (
    <div role="radiogroup" aria-label="Action" className="grid gap-2 p-3 sm:grid-cols-2 lg:grid-cols-3">
      {actions.map(({ name, title, summary }) => {
        const Icon = icons[name] ?? ListChecks
        return (
          <label
            key={name}
            className="flex cursor-pointer gap-2.5 rounded-md border px-3 py-2 hover:border-line-strong has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={group}
              className="sr-only"
              aria-label={title}
              checked={value === name}
              onChange={() => onValue(name)}
            />
            <Icon size={16} className="mt-0.5 shrink-0 text-muted" aria-hidden />
            <span className="min-w-0">
              <span className="block font-medium">{title}</span>
              <span className="line-clamp-2 text-xs text-muted" title={summary}>
                {summary}
              </span>
            </span>
          </label>
        )
      })}
    </div>
  )
}
