import { useState } from 'react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { CalendarClock, Plus } from 'lucide-react'
import { api } from '../api.ts'
import { counted } from '../format.ts'
import { usePaged } from '../paged.ts'
import { useMay } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { refreshSchedules } from './schedule-actions.ts'
import { AddSchedule, EditSchedule } from './schedule-dialog.tsx'
import { ScheduleTable } from './schedule-table.tsx'
import type { Schedule } from './schedule-types.ts'

/** What is done at times, and when that is. */
export function SchedulesPage() {
  const { edit } = useSearch({ from: '/shell/schedules' })
  const navigate = useNavigate({ from: '/schedules' })
  const mayChange = useMay('jobs.submit')
  const schedules = usePaged<Schedule>('schedules', '/schedules')
  const [doomed, setDoomed] = useState<Schedule>()
  const close = () => void navigate({ search: {}, replace: true })
  const open = (what: string) => void navigate({ search: { edit: what } })
  return (
    <Page
      title="Schedules"
      lead={
        schedules.total === undefined ? null : (
          <span className="text-muted">{counted(schedules.total, 'schedule')}</span>
        )
      }
      actions={
        mayChange ? (
          <Button look="primary" icon={Plus} onClick={() => open('new')}>
            New schedule
          </Button>
        ) : null
      }
    >
      <Panel>
        <Listing schedules={schedules} onEdit={({ id }) => open(String(id))} onDelete={setDoomed} />
      </Panel>
      {schedules.hasNextPage ? (
        <Button busy={schedules.isFetchingNextPage} onClick={() => void schedules.fetchNextPage()}>
          Show more
        </Button>
      ) : null}
      {edit === 'new' ? <AddSchedule onClose={close} /> : null}
      {edit !== undefined && edit !== 'new' ? <EditSchedule key={edit} id={edit} onClose={close} /> : null}
      {doomed ? <DeleteSchedule schedule={doomed} onClose={() => setDoomed(undefined)} /> : null}
    </Page>
  )
}

interface ListingProps {
  schedules: ReturnType<typeof usePaged<Schedule>>
  onEdit(schedule: Schedule): void
  onDelete(schedule: Schedule): void
}

function Listing({ schedules, ...actions }: ListingProps) {
  const { items } = schedules
  if (items === undefined) {
    if (schedules.isError)
      return <ErrorState error={schedules.error} onRetry={() => void schedules.refetch()} />
    return <Skeleton />
  }
  if (items.length > 0) return <ScheduleTable schedules={items} {...actions} />
  return (
    <EmptyState icon={CalendarClock} title="No schedules yet">
      A schedule has work done at times: a tag each night, an export each Monday.
    </EmptyState>
  )
}

function DeleteSchedule({ schedule, onClose }: { schedule: Schedule; onClose(): void }) {
  return (
    <ConfirmDialog
      title={`Delete ${schedule.name}?`}
      verb="Delete schedule"
      onClose={onClose}
      onConfirm={async () => {
        await api.delete(`/schedules/${schedule.id}`)
        sayDone(`${schedule.name} is deleted`)
        await refreshSchedules()
      }}
    >
      <p>It is not done any more. The jobs that were made of it stay.</p>
    </ConfirmDialog>
  )
}
