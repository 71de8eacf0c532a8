import { api } from '../api.ts'
import { counted } from '../format.ts'
import { queryClient } from '../query-client.ts'
import { sayDone, sayFailed } from '../ui/toaster.tsx'

export type ServerVerb = 'pause' | 'resume'

const said: Record<ServerVerb, string> = { pause: 'paused', resume: 'watched again' }

export const refreshServers = (): Promise<unknown> =>
  Promise.all(
    ['servers', 'server', 'fleet'].map((name) => queryClient.invalidateQueries({ queryKey: [name] })),
  )

/** So many are changed at a time. */
const together = 8

/** Does something with several servers; stops at the first that cannot be changed, and says how far it came. */
async function withEach(
  ids: readonly string[],
  done: string,
  change: (id: string) => Promise<unknown>,
): Promise<void> {
  let changed = 0
  try {
    for (let at = 0; at < ids.length; at += together) {
      const some = ids.slice(at, at + together)
      await Promise.all(some.map(change))
      changed += some.length
    }
    sayDone(ids.length === 1 ? `${ids[0]} is ${done}` : `${counted(changed, 'server')} ${done}`)
  } catch (error) {
    sayFailed(error)
  }
  await refreshServers()
}

const pathOf = (id: string) => `/servers/${encodeURIComponent(id)}`

export const changeServers = (verb: ServerVerb, ids: readonly string[]): Promise<void> =>
  withEach(ids, said[verb], (id) => api.post(`${pathOf(id)}/${verb}`))

/** No alerts for some time; what they tell is kept as ever. */
export const maintainServers = (minutes: number, ids: readonly string[]): Promise<void> =>
  withEach(ids, 'in maintenance', (id) => api.post(`${pathOf(id)}/maintenance`, { minutes }))
