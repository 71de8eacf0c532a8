import type { ServerDetail } from './server-types.ts'

/** The settings of a server as they are typed. */
export interface ServerDraft {
  displayName: string
  machineType: string
  intervalSeconds: string
  tdpWatts: string
  device: string
}

type Settings = Pick<ServerDetail, 'displayName' | 'machineType' | 'intervalSeconds' | 'tdpWatts'> & {
  device: { id: number } | null
  deviceLink: { setBy: string | null } | null
}

/** A device stands there only when a person set it: else the field would pin what follows by itself. */
export const settingsOf = (server: Settings): ServerDraft => ({
  displayName: server.displayName ?? '',
  machineType: server.machineType,
  intervalSeconds: String(server.intervalSeconds ?? ''),
  tdpWatts: String(server.tdpWatts ?? ''),
  device: server.deviceLink?.setBy ? String(server.device?.id ?? '') : '',
})

/** What differs, as the server wants it. What is no number goes as it is: the server says what was expected. */
export function changedSettings(server: Settings, draft: ServerDraft): Record<string, unknown> {
  const before = settingsOf(server)
  const changes: Record<string, unknown> = {}
  for (const name of Object.keys(draft) as (keyof ServerDraft)[]) {
    const text = draft[name].trim()
    if (text === before[name]) continue
    changes[name] = text === '' ? null : /^\d+$/.test(text) && name !== 'displayName' ? Number(text) : text
  }
  return changes
}
