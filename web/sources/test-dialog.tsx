import { useQuery } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import { api } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { TrialResult, type Trial } from './trial.tsx'

/** Tries the connection and the rights of a source as it is. */
export function TestDialog({ name, onClose }: { name: string; onClose(): void }) {
  const trial = useQuery({
    queryKey: ['trial', name],
    queryFn: () => api.post<Trial>(`/sources/${encodeURIComponent(name)}/test`),
    retry: false,
    gcTime: 0,
    staleTime: Infinity,
  })
  return (
    <Dialog open onClose={onClose} title={`Test ${name}`}>
      <TrialResult trial={trial.data} busy={trial.isFetching} />
      {trial.isFetching ? null : <ErrorLine error={trial.error} />}
      <DialogButtons>
        <Button icon={RotateCw} busy={trial.isFetching} onClick={() => void trial.refetch()}>
          Test again
        </Button>
        <Button look="primary" onClick={onClose}>
          Close
        </Button>
      </DialogButtons>
    </Dialog>
  )
}
