import { queryOptions } from '@tanstack/react-query'
import { api, type Page } from '../api.ts'
import { queryClient } from '../query-client.ts'
import { sayDone, sayFailed } from '../ui/toaster.tsx'
import type { JobAction, Schedule, ScheduleTime } from './schedule-types.ts'

/** The kinds of work that can be had at times. */
export const jobActionsQuery = queryOptions({
  queryKey: ['job-actions'],
  queryFn: ({ signal }) => api.get<Page<JobAction>>('/job-actions', undefined, signal),
  staleTime: 300_000,
})

export const scheduleQuery = (id: string) =>
  queryOptions({
    queryKey: ['schedules', 'one', id],
    queryFn: ({ signal }) => api.get<Schedule>(`/schedules/${encodeURIComponent(id)}`, undefined, signal),
  })

/** The next times of what is entered. */
export const timesQuery = (timetable: object) =>
  queryOptions({
    queryKey: ['schedules', 'times', timetable],
    queryFn: () => api.post<{ items: ScheduleTime[] }>('/schedules/times', timetable),
    retry: false,
    staleTime: 60_000,
  })

export const refreshSchedules = (): Promise<void> =>
  queryClient.invalidateQueries({ queryKey: ['schedules'] })

/** Does something with a schedule and says how it went. */
async function attempt(work: () => Promise<unknown>, said: string): Promise<void> {
  try {
    await work()
    sayDone(said)
    await refreshSchedules()
  } catch (error) {
    sayFailed(error)
  }
}

export const runNow = ({ id, name }: Schedule): Promise<void> =>
  attempt(() => api.post(`/schedules/${id}/run`), `${name} is begun`)

export const switchSchedule = ({ id, name, version }: Schedule, enabled: boolean): Promise<void> =>
  attempt(
    () => api.patch(`/schedules/${id}`, { enabled }, version),
    `${name} is switched ${enabled ? 'on' : 'off'}`,
  )
