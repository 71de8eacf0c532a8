import { useState } from 'react'
import { ListChecks, Pencil, Plus, Trash2 } from 'lucide-react'
import { api } from '../api.ts'
import { capitalised, formatUptime, inWords } from '../format.ts'
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
import { sayFailed } from '../ui/toaster.tsx'
import { RuleDialog } from './rule-dialog.tsx'
import type { Rule } from './rule-draft.ts'

const again = () => queryClient.invalidateQueries({ queryKey: ['rules'] })

async function toggle(rule: Rule): Promise<void> {
  await api.patch(`/alert-rules/${rule.id}`, { enabled: !rule.enabled }, rule.version).catch(sayFailed)
  await again()
}

const conditionText = ({ condition, levels }: Rule): string => {
  const steps = Object.entries(levels).map(([name, at]) => `${name} ${at}`)
  return condition.on === 'metric'
    ? `${condition.metric} ${condition.operator} ${steps.join(', ')}`
    : `${capitalised(inWords(condition.state))}: ${Object.values(levels).every((at) => at === 1) ? Object.keys(levels).join('') : steps.join(', ')}`
}

/** What is worth an alert. */
export function RulesView() {
  const rules = usePaged<Rule>('rules', '/alert-rules', {}, { limit: 200 })
  const mayChange = useMay('monitoring.change')
  const [edited, setEdited] = useState<Rule | 'new'>()
  const [doomed, setDoomed] = useState<Rule>()
  const columns: Column<Rule>[] = [
    { header: 'Rule', cell: ({ name }) => <span className="font-medium">{name}</span> },
    { header: 'Fires at', cell: conditionText },
    {
      header: 'For',
      cell: ({ forSeconds }) =>
        forSeconds === 0 ? 'at once' : forSeconds < 60 ? `${forSeconds} s` : formatUptime(forSeconds),
    },
    {
      header: 'Which',
      cell: ({ subject, query }) => (
        <>
          {query ? <span className="font-mono text-xs">{query}</span> : 'all'}
          {query && subject === 'server' ? <span className="block text-xs text-muted">servers</span> : null}
        </>
      ),
    },
    {
      header: 'State',
      cell: (rule) =>
        mayChange ? (
          <Button look="quiet" className="h-6" aria-pressed={rule.enabled} onClick={() => void toggle(rule)}>
            {rule.enabled ? 'on' : 'off'}
          </Button>
        ) : (
          <Badge tone={rule.enabled ? 'good' : 'neutral'}>{rule.enabled ? 'on' : 'off'}</Badge>
        ),
    },
    ...(mayChange
      ? [
          {
            header: 'Actions',
            className: 'w-px text-right',
            cell: (rule: Rule) => (
              <span className="flex">
                <IconButton label={`Edit ${rule.name}`} icon={Pencil} onClick={() => setEdited(rule)} />
                <IconButton label={`Delete ${rule.name}`} icon={Trash2} onClick={() => setDoomed(rule)} />
              </span>
            ),
          },
        ]
      : []),
  ]
  return (
    <Panel
      title="Rules"
      actions={
        mayChange ? (
          <Button icon={Plus} onClick={() => setEdited('new')}>
            New rule
          </Button>
        ) : null
      }
    >
      <PagedList listing={rules} empty={<EmptyState icon={ListChecks} title="No rules" />}>
        {(items) => <Table label="Rules" columns={columns} rows={items} rowKey={({ id }) => id} />}
      </PagedList>
      {edited ? (
        <RuleDialog rule={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />
      ) : null}
      {doomed ? (
        <ConfirmDialog
          title={`Delete the rule ${doomed.name}?`}
          verb="Delete rule"
          onClose={() => setDoomed(undefined)}
          onConfirm={async () => {
            await api.delete(`/alert-rules/${doomed.id}`)
            await again()
          }}
        >
          What is open by it is over. To have it back later, switch it off instead.
        </ConfirmDialog>
      ) : null}
    </Panel>
  )
}
