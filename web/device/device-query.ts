import { queryOptions } from '@tanstack/react-query'
import type { DeviceDetail } from '#features/inventory/device-shapes.ts'
import { api } from '../api.ts'
import { queryClient } from '../query-client.ts'

/** A device, now or as it was. */
export const deviceQuery = (id: string, at?: string) =>
  queryOptions({
    queryKey: ['device', id, at ?? 'now'],
    queryFn: ({ signal }) => api.get<DeviceDetail>(`/devices/${encodeURIComponent(id)}`, { at }, signal),
  })

/** Whatever shows the device is read again. */
export async function refreshDevice(): Promise<void> {
  await Promise.all(
    ['device', 'devices', 'changes', 'tags', 'overview'].map((name) =>
      queryClient.invalidateQueries({ queryKey: [name] }),
    ),
  )
}
