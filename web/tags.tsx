import { useQuery } from '@tanstack/react-query'
import { api, type Page } from './api.ts'
import type { Tag } from './inventory-types.ts'
import { classNames } from './ui/class-names.ts'

const tagsQuery = {
  queryKey: ['tags', 'all'],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    api.get<Page<Tag>>('/tags', { limit: 1000 }, signal).then(({ items }) => items),
  staleTime: 60_000,
}

/** Every tag there is; empty until they are known. */
export const useTags = (): readonly Tag[] => useQuery(tagsQuery).data ?? []

interface TagListProps {
  names: readonly string[]
  limit?: number
  /** Gives up letters rather than a second line, in rows that must not grow. */
  inOneLine?: boolean
}

/** Tags as small labels with their colour. */
export function TagList({ names, limit = Infinity, inOneLine = false }: TagListProps) {
  const tags = useTags()
  const shown = names.slice(0, limit)
  return (
    <span
      className={classNames(
        'min-w-0 items-center gap-1',
        inOneLine ? 'flex overflow-hidden' : 'inline-flex flex-wrap',
      )}
      title={names.join(', ')}
    >
      {shown.map((name) => (
        <TagLabel key={name} name={name} color={tags.find((tag) => tag.name === name)?.color} />
      ))}
      {names.length > limit ? <span className="text-xs text-muted">+{names.length - limit}</span> : null}
    </span>
  )
}

function TagLabel({ name, color }: { name: string; color: string | null | undefined }) {
  return (
    <span className="inline-flex h-5 max-w-40 min-w-0 items-center first:shrink-0 gap-1.5 rounded border px-1.5 text-2xs">
      <span
        className="size-1.5 shrink-0 rounded-full bg-line-strong"
        style={color ? { background: color } : undefined}
        aria-hidden
      />
      <span className="truncate">{name}</span>
    </span>
  )
}
