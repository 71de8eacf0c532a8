import { useNavigate } from '@tanstack/react-router'
import { api } from '../api.ts'
import { queryClient } from '../query-client.ts'
import { sayFailed } from '../ui/toaster.tsx'

/** Ends the session and forgets what was read in it. */
export function useSignOut(): () => Promise<void> {
  const navigate = useNavigate()
  return async () => {
    try {
      await api.post('/api/auth/sign-out')
      queryClient.clear()
      await navigate({ to: '/sign-in' })
    } catch (error) {
      sayFailed(error)
    }
  }
}
