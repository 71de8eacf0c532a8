import { memo, type MouseEvent } from 'react'
import type { ListColumn } from '../list/list-column.ts'
import type { ServerItem } from '../servers/server-types.ts'
import { classNames } from '../ui/class-names.ts'
import { ServerCell, type RecentOfServer } from './server-cell.tsx'

export const serverRowHeight = 34

interface ServerRowProps {
  server: ServerItem
  index: number
  columns: readonly ListColumn[]
  recent: RecentOfServer
  /** The one the keyboard is on. */
  current: boolean
  chosen: boolean
  onPress(id: string, event: MouseEvent): void
  onToggle(id: string, event: MouseEvent): void
  onOpen(id: string): void
}

/** One server in the list. */
export const ServerRow = memo(function ServerRow(props: ServerRowProps) {
  const { server, index, columns, current, chosen } = props
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- the grid has the keys, as ARIA's pattern wants
    <tr
      id={`server-${server.id}`}
      aria-rowindex={index + 2}
      aria-selected={chosen}
      aria-current={current ? 'true' : undefined}
      onClick={(event) => props.onPress(server.id, event)}
      onDoubleClick={() => props.onOpen(server.id)}
      style={{ height: serverRowHeight }}
      className={classNames(
        'cursor-default border-b border-line/60',
        chosen ? 'bg-accent-soft' : current ? 'bg-sunken' : 'hover:bg-sunken/50',
        current && 'shadow-[inset_3px_0_0_var(--accent)]',
      )}
    >
      <td className="pl-3">
        <input
          type="checkbox"
          tabIndex={-1}
          className="block size-3.5 accent-accent"
          aria-label={`Select ${server.name}`}
          checked={chosen}
          readOnly
          onClick={(event) => {
            event.stopPropagation()
            props.onToggle(server.id, event)
          }}
        />
      </td>
      {columns.map(({ id, numeric }) => (
        <td key={id} className={classNames('truncate px-2.5', numeric && 'text-right')}>
          <ServerCell server={server} column={id} recent={props.recent} onOpen={props.onOpen} />
        </td>
      ))}
    </tr>
  )
})
