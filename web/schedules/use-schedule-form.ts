import { useMemo, useState } from 'react'
import { api, asApiError } from '../api.ts'
import { sortComplaints } from '../complaints.ts'
import { draftOf, settingsOf, type Draft } from '../sources/setting-draft.ts'
import { fieldsOf, leavesOf, type Schema, type SettingField } from '../sources/setting-fields.ts'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { refreshSchedules } from './schedule-actions.ts'
import { scheduleBody, scheduleDraft, type ScheduleDraft } from './schedule-draft.ts'
import type { JobAction, Schedule } from './schedule-types.ts'

const ownPaths = [
  'name',
  'action',
  'rowsFrom',
  'names',
  'q',
  'cron',
  'timeZone',
  'windows',
  'catchUp',
  'catchUpHours',
  'overlap',
  'mode',
  'description',
]

/** The parameters of an action, none of them behind a fold; which sources it is about is asked for as its rows. */
const fieldsOfAction = (action: JobAction | undefined): SettingField[] =>
  action === undefined || action.subject === 'source'
    ? []
    : fieldsOf(action.parameters as Schema).map((field) => ({ ...field, rare: false }))

/** The form of a schedule: what is entered, what is wrong with it, and keeping it. */
export function useScheduleForm(
  actions: readonly JobAction[],
  schedule: Schedule | undefined,
  onKept: () => void,
) {
  const [entered, setEntered] = useState<ScheduleDraft>(() => {
    const draft = scheduleDraft(schedule, Intl.DateTimeFormat().resolvedOptions().timeZone)
    return { ...draft, action: draft.action || (actions[0]?.name ?? '') }
  })
  const action = actions.find(({ name }) => name === entered.action)
  const fields = useMemo(() => fieldsOfAction(action), [action])
  const stored = useMemo(
    () => draftOf(fields, schedule?.action === action?.name ? schedule?.parameters : {}),
    [fields, schedule, action],
  )
  const [changed, setChanged] = useState<Record<string, Draft>>({})
  const parameters = changed[entered.action] ?? stored
  const keeping = useAction(async () => {
    if (!action) return
    const body = scheduleBody(entered, action, settingsOf(fields, parameters), schedule)
    const kept = schedule
      ? await api.patch<Schedule>(`/schedules/${schedule.id}`, body, schedule.version)
      : await api.post<Schedule>('/schedules', body)
    sayDone(schedule ? `${kept.name} is changed` : `${kept.name} is made`)
    await refreshSchedules()
    onKept()
  })
  const complaints = keeping.error ? asApiError(keeping.error).complaints : []
  const paths = [...ownPaths, ...leavesOf(fields).map(({ path }) => `parameters.${path}`)]
  return {
    action,
    fields,
    entered,
    enter: (change: Partial<ScheduleDraft>) => setEntered((before) => ({ ...before, ...change })),
    parameters,
    enterParameters: (draft: Draft) => setChanged((before) => ({ ...before, [entered.action]: draft })),
    keep: () => void keeping.run(),
    busy: keeping.busy,
    error: keeping.error,
    ...sortComplaints(paths, complaints),
  }
}

export type ScheduleFormState = ReturnType<typeof useScheduleForm>
