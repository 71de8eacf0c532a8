import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Permission, Role } from '#model/actor.ts'
import { api } from './api.ts'

/** Who is signed in and what this person may do. */
export interface Session {
  kind: 'user' | 'token' | 'cli' | 'system' | 'anonymous'
  name: string
  user: { id: string; email: string; name: string } | null
  role: Role | null
  permissions: Permission[]
  tags: string[] | null
  twoFactor: boolean
  hasPassword: boolean
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => api.get<Session>('/me', undefined, signal),
  staleTime: 60_000,
})

export interface SetupState {
  needed: boolean
  providers: { name: string; title: string }[]
}

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => api.get<SetupState>('/setup', undefined, signal),
})

/** Whether the person may do something; false until it is known. */
export function useMay(permission: Permission): boolean {
  return useQuery(sessionQuery).data?.permissions.includes(permission) ?? false
}
