import { EllipsisVertical, Lock, Pencil, Play, Power, Trash2 } from 'lucide-react'
import { OwnLink } from '../overview/own-link.tsx'
import { useMay } from '../session.ts'
import { Badge } from '../ui/badge.tsx'
import { IconButton } from '../ui/button.tsx'
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { runNow, switchSchedule } from './schedule-actions.ts'
import type { Schedule } from './schedule-types.ts'
import { cronWords, localWords, outcomeWords, windowWords } from './schedule-words.ts'

interface ScheduleTableProps {
  schedules: readonly Schedule[]
  onEdit(schedule: Schedule): void
  onDelete(schedule: Schedule): void
}

// On a phone a row is a card: what is beside the name elsewhere stands below it.
const below =
  'max-md:[&:is(th)]:hidden max-md:[&:is(td)]:block max-md:[&:is(td)]:pt-0 max-md:[&:is(td)]:pb-1 max-md:[&:is(td)]:pl-4'

/** What is done at times: when next, and what became of the newest time. */
export function ScheduleTable({ schedules, ...actions }: ScheduleTableProps) {
  const columns: Column<Schedule>[] = [
    {
      header: 'Schedule',
      cell: (schedule) => <Name schedule={schedule} onEdit={actions.onEdit} />,
      className: 'md:w-1/4 max-md:[&:is(td)]:block max-md:[&:is(td)]:pb-0',
    },
    { header: 'Times', cell: (schedule) => <Pattern schedule={schedule} />, className: below },
    { header: 'Next', cell: (schedule) => <Next schedule={schedule} />, className: below },
    {
      header: 'Newest',
      cell: (schedule) => <Newest schedule={schedule} />,
      className: `${below} max-md:[&:is(td)]:mb-1`,
    },
    {
      header: 'Actions',
      cell: (schedule) => <Actions schedule={schedule} {...actions} />,
      className: 'text-right w-px',
    },
  ]
  return <Table label="Schedules" columns={columns} rows={schedules} rowKey={({ key }) => key} />
}

function Name({ schedule, onEdit }: { schedule: Schedule; onEdit(schedule: Schedule): void }) {
  const { name, id, page, enabled, createdBy } = schedule
  return (
    <div className="py-0.5">
      <div className="flex items-center gap-1.5">
        {id === null ? (
          <span className="font-medium break-words md:truncate">
            <OwnLink href={page ?? '/'}>{name}</OwnLink>
          </span>
        ) : (
          <button
            type="button"
            onClick={() => onEdit(schedule)}
            className="text-left font-medium break-words hover:text-accent hover:underline md:truncate"
          >
            {name}
          </button>
        )}
        {id === null ? (
          <span title="It is edited where it belongs to.">
            <Lock size={12} className="text-muted" aria-hidden />
            <span className="sr-only">edited elsewhere</span>
          </span>
        ) : null}
        {enabled ? null : <Badge>off</Badge>}
      </div>
      <p className="text-xs break-words text-muted md:truncate">
        {schedule.description ?? (id === null ? `of ${createdBy}` : `${schedule.action}, by ${createdBy}`)}
      </p>
    </div>
  )
}

function Pattern({ schedule: { cron, timeZone, windows } }: { schedule: Schedule }) {
  return (
    <div className="py-0.5 text-xs">
      <p>
        <span title={cron}>{cronWords(cron)}</span> <span className="text-muted">{timeZone}</span>
      </p>
      {windows.map((window) => (
        <p key={windowWords(window)} className="text-muted">
          only {windowWords(window)}
        </p>
      ))}
    </div>
  )
}

function Next({ schedule: { next, enabled } }: { schedule: Schedule }) {
  const [first, ...rest] = next
  if (!first) return <p className="py-0.5 text-xs text-muted">{enabled ? 'never' : 'switched off'}</p>
  return (
    <div className="py-0.5 text-xs">
      <p title={rest.map(({ local }) => localWords(local)).join('\n')}>{localWords(first.local)}</p>
      <p className="text-muted">{first.note ?? <TimeAgo at={first.at} />}</p>
    </div>
  )
}

function Newest({ schedule: { last } }: { schedule: Schedule }) {
  if (last === null) return <p className="py-0.5 text-xs text-muted max-md:hidden">—</p>
  const { word, tone } = outcomeWords[last.outcome]
  return (
    <div className="py-0.5 text-xs">
      <div className="flex items-center gap-2">
        {last.jobId === null ? (
          <Badge tone={tone}>{word}</Badge>
        ) : (
          <OwnLink href={`/jobs/${last.jobId}`}>
            <Badge tone={tone}>{word}</Badge>
          </OwnLink>
        )}
        <span className="text-muted">
          <TimeAgo at={last.slot} />
        </span>
      </div>
      {last.reason === null ? null : (
        <p className="line-clamp-2 text-muted" title={last.reason}>
          {last.reason}
        </p>
      )}
    </div>
  )
}

function Actions({
  schedule,
  onEdit,
  onDelete,
}: { schedule: Schedule } & Omit<ScheduleTableProps, 'schedules'>) {
  const mayChange = useMay('jobs.submit')
  if (!mayChange || schedule.id === null) return null
  return (
    <div className="flex justify-end py-0.5">
      <Menu trigger={<IconButton label={`More for ${schedule.name}`} icon={EllipsisVertical} />}>
        <MenuItem onSelect={() => void runNow(schedule)}>
          <Play size={14} aria-hidden /> Run now
        </MenuItem>
        <MenuItem onSelect={() => onEdit(schedule)}>
          <Pencil size={14} aria-hidden /> Edit
        </MenuItem>
        <MenuItem onSelect={() => void switchSchedule(schedule, !schedule.enabled)}>
          <Power size={14} aria-hidden /> Switch {schedule.enabled ? 'off' : 'on'}
        </MenuItem>
        <MenuSeparator />
        <MenuItem onSelect={() => onDelete(schedule)}>
          <Trash2 size={14} className="text-bad" aria-hidden /> Delete
        </MenuItem>
      </Menu>
    </div>
  )
}
