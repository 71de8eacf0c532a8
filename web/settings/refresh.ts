import { queryClient } from '../query-client.ts'

/** What was read of a listing is read again. */
export const refresh = (listing: string): Promise<void> =>
  queryClient.invalidateQueries({ queryKey: [listing] })
