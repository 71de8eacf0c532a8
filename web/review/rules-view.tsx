import { Link } from '@tanstack/react-router'
import { useQueryClient } from '@tanstack/react-query'
import { ListChecks } from 'lucide-react'
import type { FieldRuleShape } from '#features/devices/field-rule-operations.ts'
import { api } from '../api.ts'
import { factLabel, whoDid } from '../changes/diff-lines.ts'
import { factText } from '../device/fact-groups.ts'
import { usePaged } from '../paged.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Listing } from '../ui/listing.tsx'
import { Panel } from '../ui/page.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { sayDone } from '../ui/toaster.tsx'

/** Whom people said to believe, of single devices and of all, each to be taken back. */
export function RulesView({ mayDecide }: { mayDecide: boolean }) {
  const listing = usePaged<FieldRuleShape>('field-rules', '/field-rules')
  return (
    <Panel>
      <Listing
        listing={listing}
        label="Rules about fields"
        empty={
          <EmptyState icon={ListChecks} title="No rules">
            The order of belief decides. Rules come from settling a contradiction, or from a device’s facts.
          </EmptyState>
        }
        row={(rule) => <RuleItem key={rule.id} rule={rule} mayDecide={mayDecide} />}
      />
    </Panel>
  )
}

function RuleItem({ rule, mayDecide }: { rule: FieldRuleShape; mayDecide: boolean }) {
  const { id, device, field, kind, sources, value, note, by, at } = rule
  const client = useQueryClient()
  const label = field === '*' ? 'Every field' : factLabel(field)
  const remove = async () => {
    await api.delete(`/field-rules/${id}`)
    sayDone(`${label}: the rule no longer holds`)
    for (const name of ['field-rules', 'conflicts', 'device', 'devices', 'changes', 'jobs'])
      await client.invalidateQueries({ queryKey: [name] })
  }
  return (
    <li className="flex flex-wrap items-center gap-x-2 gap-y-1 px-4 py-2.5">
      <span className="font-medium">{label}</span>
      {device === null ? (
        <Badge tone="accent">all devices</Badge>
      ) : (
        <Link
          to="/devices/$id"
          params={{ id: String(device.id) }}
          className="min-w-0 truncate text-accent hover:underline"
        >
          {device.name}
        </Link>
      )}
      <span className="min-w-0 break-words">
        {kind === 'prefer'
          ? `believes ${sources.join(', then ')}`
          : `is locked to ${sources[0] === undefined ? factText(field, value) : `what ${sources[0]} says`}`}
      </span>
      <span className="ml-auto flex flex-wrap items-center gap-2 text-xs text-muted">
        <span>
          {note === null ? null : `${note} · `}
          {whoDid(by)} · <TimeAgo at={at} />
        </span>
        {mayDecide ? (
          <Confirm
            title={`Take back the rule about ${label.toLowerCase()}?`}
            verb="Take back"
            onConfirm={remove}
            trigger={(open) => (
              <Button look="quiet" onClick={open}>
                Take back
              </Button>
            )}
          >
            {device === null
              ? 'Every device of which these sources and others speak is computed again by the order of belief.'
              : 'The order of belief decides about this device again.'}
          </Confirm>
        ) : null}
      </span>
    </li>
  )
}
