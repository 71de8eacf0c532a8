import { useQuery } from '@tanstack/react-query'
import { useMay } from '../session.ts'
import { Dialog } from '../ui/dialog.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { jobActionsQuery, scheduleQuery } from './schedule-actions.ts'
import { ScheduleForm } from './schedule-form.tsx'

/** Has something done at times. */
export function AddSchedule({ onClose }: { onClose(): void }) {
  const actions = useQuery(jobActionsQuery)
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="New schedule"
      description="Work that is done at times, as you."
    >
      <QueryView query={actions}>
        {({ items }) => <ScheduleForm actions={items} schedule={undefined} mayEdit onClose={onClose} />}
      </QueryView>
    </Dialog>
  )
}

/** Shows a schedule and changes it. */
export function EditSchedule({ id, onClose }: { id: string; onClose(): void }) {
  const actions = useQuery(jobActionsQuery)
  const schedule = useQuery(scheduleQuery(id))
  const mayEdit = useMay('jobs.submit')
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={schedule.data?.name ?? 'Schedule'}
      description="Whoever changes it becomes the person it is done as."
    >
      <QueryView query={schedule}>
        {(found) => (
          <QueryView query={actions}>
            {({ items }) => (
              <ScheduleForm
                key={found.version}
                actions={items}
                schedule={found}
                mayEdit={mayEdit}
                onClose={onClose}
              />
            )}
          </QueryView>
        )}
      </QueryView>
    </Dialog>
  )
}
