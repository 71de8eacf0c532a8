import { useQuery } from '@tanstack/react-query'
import { api, type Page } from '../api.ts'

interface ChannelName {
  id: number
  name: string
  enabled: boolean
}

/** The channels to choose from; undefined until they are known. */
export const useChannels = (): readonly ChannelName[] | undefined =>
  useQuery({
    queryKey: ['channels', 'names'],
    queryFn: ({ signal }) => api.get<Page<ChannelName>>('/channels', { limit: 200 }, signal),
  }).data?.items
