import { api } from '../api.ts'
import { counted } from '../format.ts'
import { queryClient } from '../query-client.ts'
import { sayDone, sayFailed } from '../ui/toaster.tsx'

export const refreshAlerts = (): Promise<unknown> =>
  Promise.all(
    ['alerts', 'alert', 'silences'].map((name) => queryClient.invalidateQueries({ queryKey: [name] })),
  )

/** Does something with several alerts, one after the other; stops at the first that refuses. */
export async function withAlerts(
  ids: readonly number[],
  done: string,
  change: (id: number) => Promise<unknown>,
): Promise<void> {
  let changed = 0
  try {
    for (const id of ids) {
      // oxlint-disable-next-line no-await-in-loop -- stops at the first that refuses
      await change(id)
      changed += 1
    }
    sayDone(`${counted(changed, 'alert')} ${done}`)
  } catch (error) {
    sayFailed(error)
  }
  await refreshAlerts()
}

export const acknowledge = (ids: readonly number[]): Promise<void> =>
  withAlerts(ids, 'acknowledged', (id) => api.post(`/alerts/${id}/acknowledge`))
