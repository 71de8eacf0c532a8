import { Link, useNavigate } from '@tanstack/react-router'
import { EllipsisVertical, Lock, Pencil, PlugZap, RefreshCw, Trash2, Activity, Eye } from 'lucide-react'
import type { Source } from '../inventory-types.ts'
import { formatNumber } from '../format.ts'
import { RunProgressBar } from '../runs/run-progress.tsx'
import { useMay } from '../session.ts'
import { Badge } from '../ui/badge.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { inScheduleWords } from './schedules.ts'
import { syncNow } from './source-actions.ts'
import { whyReadOnly } from './source-dialog.tsx'
import { healthOf } from './source-health.ts'

interface SourceTableProps {
  sources: readonly Source[]
  onEdit(name: string): void
  onTest(name: string): void
  onDelete(source: Source): void
}

/** The sources with what one must know of each: is it fresh, what does it hold, when does it run. */
export function SourceTable({ sources, ...actions }: SourceTableProps) {
  const columns: Column<Source>[] = [
    {
      header: 'Source',
      cell: (source) => <Name source={source} onEdit={actions.onEdit} />,
      className: 'w-1/4',
    },
    { header: 'State', cell: (source) => <State source={source} />, className: 'w-1/3' },
    {
      header: 'Records',
      cell: ({ records }) => <div className="py-0.5">{formatNumber(records)}</div>,
      className: 'text-right',
    },
    { header: 'Schedule', cell: (source) => <Schedule source={source} />, className: 'hidden md:table-cell' },
    {
      header: 'Actions',
      cell: (source) => <Actions source={source} {...actions} />,
      className: 'text-right w-px',
    },
  ]
  return <Table label="Sources" columns={columns} rows={sources} rowKey={({ name }) => name} />
}

function Name({ source, onEdit }: { source: Source; onEdit(name: string): void }) {
  return (
    <div className="py-0.5">
      <div className="flex items-center gap-1.5">
        <button
          type="button"
          onClick={() => onEdit(source.name)}
          className="truncate text-left font-medium hover:text-accent hover:underline"
        >
          {source.name}
        </button>
        {source.readOnly ? (
          <span title={whyReadOnly(source)}>
            <Lock size={12} className="text-muted" aria-hidden />
            <span className="sr-only">read-only</span>
          </span>
        ) : null}
      </div>
      <p className="text-xs text-muted">{source.title}</p>
    </div>
  )
}

function State({ source }: { source: Source }) {
  const { lastRun } = source
  const { word, tone } = healthOf(source)
  const why = lastRun && lastRun.status !== 'running' && lastRun.status !== 'complete' ? lastRun.reason : null
  return (
    <div className="flex flex-col gap-0.5 py-0.5">
      <div className="flex flex-wrap items-center gap-x-2">
        {lastRun && word === 'decision needed' ? (
          <Link to="/runs/$id" params={{ id: String(lastRun.id) }}>
            <Badge tone={tone}>{word}</Badge>
          </Link>
        ) : (
          <Badge tone={tone}>{word}</Badge>
        )}
        {lastRun && lastRun.status !== 'running' ? (
          <Link
            to="/runs/$id"
            params={{ id: String(lastRun.id) }}
            className="text-xs text-muted hover:text-accent hover:underline"
          >
            <TimeAgo at={lastRun.completedAt ?? lastRun.startedAt} />
          </Link>
        ) : null}
      </div>
      {lastRun?.status === 'running' ? <RunProgressBar run={lastRun} /> : null}
      {why ? (
        <p className="line-clamp-2 text-xs text-muted" title={why}>
          {why}
        </p>
      ) : null}
    </div>
  )
}

function Schedule({ source }: { source: Source }) {
  return (
    <div className="py-0.5 text-xs">
      <p>{inScheduleWords(source.schedule)}</p>
      {source.nextRunAt === null ? null : (
        <p className="text-muted">
          next <TimeAgo at={source.nextRunAt} />
        </p>
      )}
    </div>
  )
}

function Actions({
  source,
  onEdit,
  onTest,
  onDelete,
}: { source: Source } & Omit<SourceTableProps, 'sources'>) {
  const maySync = useMay('sync.run')
  const mayChange = useMay('sources.change') && !source.readOnly
  const navigate = useNavigate()
  const running = source.lastRun?.status === 'running'
  return (
    <div className="flex items-center justify-end gap-1 py-0.5">
      {maySync ? (
        <Button
          icon={RefreshCw}
          disabled={running || !source.enabled}
          onClick={() => void syncNow([source.name], `${source.name} is being read`)}
        >
          Sync
        </Button>
      ) : null}
      <Menu trigger={<IconButton label={`More for ${source.name}`} icon={EllipsisVertical} />}>
        <MenuItem onSelect={() => onEdit(source.name)}>
          {mayChange ? <Pencil size={14} aria-hidden /> : <Eye size={14} aria-hidden />}
          {mayChange ? 'Edit' : 'Look at settings'}
        </MenuItem>
        {maySync ? (
          <MenuItem onSelect={() => onTest(source.name)}>
            <PlugZap size={14} aria-hidden /> Test connection
          </MenuItem>
        ) : null}
        <MenuItem onSelect={() => void navigate({ to: '/runs', search: { source: source.name } })}>
          <Activity size={14} aria-hidden /> Runs
        </MenuItem>
        {mayChange ? (
          <>
            <MenuSeparator />
            <MenuItem onSelect={() => onDelete(source)}>
              <Trash2 size={14} className="text-bad" aria-hidden /> Delete
            </MenuItem>
          </>
        ) : null}
      </Menu>
    </div>
  )
}
