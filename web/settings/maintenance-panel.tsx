import { useState } from 'react'
import { Brush, Eye } from 'lucide-react'
import { api } from '../api.ts'
import { sayDone } from '../ui/toaster.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { Panel } from '../ui/page.tsx'
import { useAction } from '../use-action.ts'
import { FactList } from './fact-list.tsx'

/** Clearing up what has become old; first it counts what that would be. */
export function MaintenancePanel() {
  const [preview, setPreview] = useState<Record<string, unknown>>()
  const look = useAction(async () =>
    setPreview(await api.post<Record<string, unknown>>('/db/maintain', { dryRun: true })),
  )
  const clear = useAction(async () => {
    await api.post('/db/maintain', { dryRun: false })
    setPreview(undefined)
    sayDone('The clean-up began')
  })
  return (
    <Panel
      title="Clean-up"
      actions={
        <>
          <Button look="quiet" icon={Eye} busy={look.busy} onClick={() => void look.run()}>
            Count first
          </Button>
          {preview ? (
            <Button icon={Brush} busy={clear.busy} onClick={() => void clear.run()}>
              Clear up
            </Button>
          ) : null}
        </>
      }
    >
      <ErrorLine error={look.error ?? clear.error} />
      {preview ? (
        <FactList facts={preview} />
      ) : (
        <p className="px-4 py-3 text-muted">
          Removes history that is older than it need be kept, and puts indexes in order. It runs by itself
          every night; to see what it would remove now, let it count first.
        </p>
      )}
    </Panel>
  )
}
