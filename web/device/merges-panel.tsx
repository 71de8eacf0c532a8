import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { MergeShape } from '#features/identity/merge-list-queries.ts'
import type { DeviceDetail } from '#features/inventory/device-shapes.ts'
import { api, type Page } from '../api.ts'
import { whoDid } from '../changes/diff-lines.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Panel } from '../ui/page.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { refreshDevice } from './device-query.ts'

const isByRule = ({ mergedBy }: MergeShape): boolean => mergedBy.startsWith('rule:')

interface MergesPanelProps {
  device: DeviceDetail
  mayChange: boolean
}

/** What became part of the device, and parting it again. */
export function MergesPanel({ device, mayChange }: MergesPanelProps) {
  const client = useQueryClient()
  const { data } = useQuery({
    queryKey: ['device', 'merges', device.id],
    queryFn: ({ signal }) =>
      api.get<Page<MergeShape>>('/merges', { device: String(device.id), limit: 50 }, signal),
  })
  const merges = (data?.items ?? []).filter(({ kept }) => kept.id === device.id)
  if (merges.length === 0) return null
  const undo = async ({ id, merged }: MergeShape) => {
    await api.post('/devices/unmerge', { merge: id })
    sayDone(`${merged.name} stands for itself again`)
    await refreshDevice()
    await client.invalidateQueries({ queryKey: ['reviews'] })
  }
  return (
    <Panel title={`Merged into it (${merges.length})`}>
      <ul className="divide-y">
        {merges.map((merge) => (
          <li key={merge.id} className="flex flex-wrap items-center gap-x-2 gap-y-1 px-4 py-2">
            <span className="min-w-0 grow">
              <span className="block truncate font-medium">{merge.merged.name}</span>
              <span className="block text-xs text-muted">
                {isByRule(merge) ? 'by a rule' : `by ${whoDid(merge.mergedBy)}`} ·{' '}
                <TimeAgo at={merge.mergedAt} />
                {merge.reason === null ? null : ` · ${merge.reason}`}
              </span>
            </span>
            {mayChange ? (
              <Confirm
                title={`Part ${merge.merged.name} again?`}
                verb="Un-merge"
                onConfirm={() => undo(merge)}
                trigger={(open) => (
                  <Button look="quiet" onClick={open}>
                    Un-merge
                  </Button>
                )}
              >
                Both are what they were before. What people added since stays here.
                {isByRule(merge) ? ' No rule joins the two again.' : null}
              </Confirm>
            ) : null}
          </li>
        ))}
      </ul>
    </Panel>
  )
}
