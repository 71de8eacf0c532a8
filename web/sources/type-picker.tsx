import { useQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { Dialog } from '../ui/dialog.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { sourceTypesQuery } from './source-actions.ts'

/** The first question when adding a source: what is it? */
export function TypePicker({ onType, onClose }: { onType(type: string): void; onClose(): void }) {
  const types = useQuery(sourceTypesQuery)
  return (
    <Dialog
      open
      onClose={onClose}
      wide
      title="Add a source"
      description="A system that knows about machines. Rollcall reads it and changes nothing in it."
    >
      <QueryView query={types}>
        {({ items }) => (
          <ul className="grid gap-2 sm:grid-cols-2">
            {items.map(({ type, title, summary }) => (
              <li key={type}>
                <button
                  type="button"
                  onClick={() => onType(type)}
                  className="group flex h-full w-full items-center gap-2 rounded-lg border px-3 py-2.5 text-left hover:border-accent hover:bg-sunken/60"
                >
                  <span className="min-w-0 grow">
                    <span className="block font-medium">{title}</span>
                    <span className="block text-xs text-muted">{summary}</span>
                  </span>
                  <ChevronRight size={16} className="shrink-0 text-muted" aria-hidden />
                </button>
              </li>
            ))}
          </ul>
        )}
      </QueryView>
    </Dialog>
  )
}
