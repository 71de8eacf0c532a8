import { useState } from 'react'
import { Megaphone, Pencil, Plus, Trash2 } from 'lucide-react'
import type { EscalationPolicy, EscalationStep } from '#features/alerts/escalation-shapes.ts'
import { api } from '../api.ts'
import { usePaged } from '../paged.ts'
import { queryClient } from '../query-client.ts'
import { useMay } from '../session.ts'
import { PagedList } from '../settings/paged-list.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Panel } from '../ui/page.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { daysText } from '../weekdays.ts'
import { EscalationDialog } from './escalation-dialog.tsx'
import { useChannels } from './use-channels.ts'

const again = () => queryClient.invalidateQueries({ queryKey: ['escalations'] })

const afterText = (minutes: number): string => (minutes === 0 ? 'at once' : `after ${minutes} min`)

function stepText({ afterMinutes, severities, hours }: EscalationStep, names: readonly string[]): string {
  const when = hours && `, ${daysText(hours.days)} ${hours.from} to ${hours.to}`
  return `${afterText(afterMinutes)}: ${names.join(', ')} (${severities.join(', ')}${when ?? ''})`
}

/** Who is told of alerts, and who next when nobody looks after one. */
export function EscalationsView() {
  const policies = usePaged<EscalationPolicy>('escalations', '/escalations')
  const channels = useChannels()
  const mayManage = useMay('notices.manage')
  const [edited, setEdited] = useState<EscalationPolicy | 'new'>()
  const [doomed, setDoomed] = useState<EscalationPolicy>()
  const nameOf = (id: number) => channels?.find((each) => each.id === id)?.name ?? `channel ${id}`
  const columns: Column<EscalationPolicy>[] = [
    {
      header: 'Escalation',
      cell: ({ name, isDefault }) => (
        <span className="flex flex-wrap gap-2 font-medium">
          {name}
          {isDefault ? <Badge tone="accent">default</Badge> : null}
        </span>
      ),
    },
    {
      header: 'Who is told',
      cell: ({ steps }) => (
        <ol>
          {steps.map((step, index) => (
            <li key={index}>{stepText(step, step.channelIds.map(nameOf))}</li>
          ))}
        </ol>
      ),
    },
    ...(mayManage
      ? [
          {
            header: 'Actions',
            className: 'w-px text-right',
            cell: (policy: EscalationPolicy) => (
              <span className="flex">
                <IconButton label={`Edit ${policy.name}`} icon={Pencil} onClick={() => setEdited(policy)} />
                <IconButton label={`Delete ${policy.name}`} icon={Trash2} onClick={() => setDoomed(policy)} />
              </span>
            ),
          },
        ]
      : []),
  ]
  return (
    <Panel
      title="Escalations"
      actions={
        mayManage ? (
          <Button icon={Plus} onClick={() => setEdited('new')}>
            New escalation
          </Button>
        ) : null
      }
    >
      <PagedList
        listing={policies}
        empty={
          <EmptyState icon={Megaphone} title="No escalation yet">
            It says who is told of alerts, and who next when nobody looks after one.
          </EmptyState>
        }
      >
        {(items) => <Table label="Escalations" columns={columns} rows={items} rowKey={({ id }) => id} />}
      </PagedList>
      {edited ? (
        <EscalationDialog
          policy={edited === 'new' ? undefined : edited}
          onKept={again}
          onClose={() => setEdited(undefined)}
        />
      ) : null}
      {doomed ? (
        <ConfirmDialog
          title={`Delete the escalation ${doomed.name}?`}
          verb="Delete escalation"
          onClose={() => setDoomed(undefined)}
          onConfirm={async () => {
            await api.delete(`/escalations/${doomed.id}`)
            await again()
          }}
        >
          Its rules are told by the default one.
        </ConfirmDialog>
      ) : null}
    </Panel>
  )
}
