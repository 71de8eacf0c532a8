import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { api, type Page } from '../api.ts'
import { capitalised, counted, inWords } from '../format.ts'
import { queryClient } from '../query-client.ts'
import { QueryBar } from '../query/query-bar.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { askedAbout, isAskedAbout, isPlainState, operators, ruleStates } from './rule-states.ts'
import { draftOfRule, proposedRule, type Rule, type RuleDraft } from './rule-draft.ts'

const subjects = [
  { value: 'metric', label: 'A metric' },
  ...ruleStates.map((value) => ({ value, label: capitalised(inWords(value)) })),
]
const optionsOf = (values: readonly string[]) => values.map((value) => ({ value, label: value }))
const aggregates = [
  { value: 'last', label: 'the newest' },
  { value: 'avg', label: 'the mean of' },
  { value: 'max', label: 'the highest of' },
  { value: 'min', label: 'the lowest of' },
  { value: 'rate', label: 'the rate over' },
]

interface RulePreview {
  days: number
  servers: number
  sampled: number
  fired: number | null
  estimated: number | null
  most: { server: string; fired: number }[]
  note: string | null
}

/** Makes a rule or changes one; how often it would have fired is told before. */
export function RuleDialog({ rule, onClose }: { rule: Rule | undefined; onClose(): void }) {
  const [draft, setDraft] = useState(() => draftOfRule(rule))
  const [preview, setPreview] = useState<RulePreview>()
  const policies = useQuery({
    queryKey: ['escalations'],
    queryFn: ({ signal }) =>
      api.get<Page<{ id: number; name: string }>>('/escalations', { limit: 200 }, signal),
  }).data
  const proposed = () => proposedRule(draft, rule)
  const look = useAction(async () => {
    setPreview(await api.post<RulePreview>('/alert-rules/preview', { ...proposed(), days: 30 }))
  })
  const save = useAction(async () => {
    const policyId = draft.policyId === '' ? null : Number(draft.policyId)
    const given = { ...proposed(), name: draft.name.trim(), policyId }
    if (rule) await api.patch(`/alert-rules/${rule.id}`, given, rule.version)
    else await api.post('/alert-rules', given)
    await queryClient.invalidateQueries({ queryKey: ['rules'] })
    sayDone(`The rule ${given.name} is ${rule ? 'changed' : 'made'}`)
    onClose()
  })
  const enter = (change: Partial<RuleDraft>) => {
    setDraft({ ...draft, ...change })
    setPreview(undefined)
  }
  const tied = (name: keyof RuleDraft) => ({
    value: draft[name],
    onChange: (event: { target: { value: string } }) => enter({ [name]: event.target.value }),
  })
  const isPlain = isPlainState(draft.on)
  return (
    <Dialog open wide onClose={onClose} title={rule ? `Rule ${rule.name}` : 'New rule'}>
      <div className="flex flex-col gap-3">
        <TextField label="Name" required {...tied('name')} />
        <div className="grid items-end gap-3 sm:grid-cols-[1fr_3fr]">
          <SelectField
            label="Asks about"
            options={askedAbout}
            value={draft.subject}
            onChange={({ target }) => isAskedAbout(target.value) && enter({ subject: target.value })}
          />
          <div className="min-w-0">
            <p className="mb-1 text-xs font-medium">Which {draft.subject}s</p>
            <QueryBar
              key={draft.subject}
              subject={draft.subject}
              q={draft.query}
              error={look.error ?? save.error}
              onQuery={(query) => enter({ query })}
              onText={(query) => enter({ query })}
              label={`Which ${draft.subject}s`}
              placeholder={`All of them, or ${draft.subject === 'device' ? 'tag:prod type:vm' : 'tag:prod os:linux'}`}
            />
          </div>
        </div>
        <SelectField
          label="What it looks at"
          options={subjects}
          value={draft.on}
          onChange={({ target }) => {
            const plain = isPlainState(target.value)
            enter({
              on: target.value,
              ...(plain ? { info: '', warning: '', critical: '1', clearAt: '' } : {}),
            })
          }}
        />
        {draft.on === 'metric' ? (
          <div className="grid grid-cols-2 gap-3 sm:grid-cols-[2fr_1.2fr_1fr_1fr]">
            <TextField label="Metric" {...tied('metric')} />
            <SelectField label="Of it" options={aggregates} {...tied('aggregate')} />
            <TextField label="Minutes" inputMode="decimal" {...tied('minutes')} />
            <SelectField label="Is" options={optionsOf(operators)} {...tied('operator')} />
          </div>
        ) : null}
        {draft.on === 'agent_outdated' ? (
          <TextField label="Oldest version that will do" {...tied('version')} />
        ) : null}
        {isPlain ? (
          <SelectField
            label="Severity"
            options={['info', 'warning', 'critical'].map((value) => ({ value, label: capitalised(value) }))}
            value={draft.critical === '1' ? 'critical' : draft.warning === '1' ? 'warning' : 'info'}
            onChange={({ target }) => enter({ info: '', warning: '', critical: '', [target.value]: '1' })}
          />
        ) : (
          <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
            <TextField label="Info at" inputMode="decimal" {...tied('info')} />
            <TextField label="Warning at" inputMode="decimal" {...tied('warning')} />
            <TextField label="Critical at" inputMode="decimal" {...tied('critical')} />
            <TextField label="Over again at" placeholder="5 % short of it" {...tied('clearAt')} />
          </div>
        )}
        <div className="grid gap-3 sm:grid-cols-3">
          <TextField label="For so many minutes" inputMode="decimal" {...tied('forMinutes')} />
          <TextField label="All right for so many minutes" inputMode="decimal" {...tied('clearForMinutes')} />
          <SelectField
            label="Who is told"
            options={[
              { value: '', label: 'The default escalation' },
              ...(policies?.items ?? []).map(({ id, name }) => ({ value: String(id), label: name })),
            ]}
            {...tied('policyId')}
          />
        </div>
        <output className="min-h-5 text-sm">{preview ? <PreviewWords preview={preview} /> : null}</output>
        <ErrorLine error={save.error ?? look.error} />
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button busy={look.busy} onClick={() => void look.run()}>
            Preview
          </Button>
          <Button
            look="primary"
            busy={save.busy}
            disabled={draft.name.trim() === ''}
            onClick={() => void save.run()}
          >
            Save rule
          </Button>
        </DialogButtons>
      </div>
    </Dialog>
  )
}

function PreviewWords({ preview }: { preview: RulePreview }) {
  const { days, servers, sampled, fired, estimated, most, note } = preview
  return (
    <>
      {fired === null ? null : (
        <p className="font-medium">
          Would have fired {counted(estimated ?? fired, 'time')} in the last {days} days
          {sampled < servers
            ? `, going by ${sampled} of ${servers} servers`
            : ` on ${counted(servers, 'server')}`}
          .
        </p>
      )}
      {most.length > 0 ? (
        <p className="text-muted">
          Most on{' '}
          {most
            .slice(0, 5)
            .map((each) => `${each.server} (${each.fired})`)
            .join(', ')}
          .
        </p>
      ) : null}
      {note === null ? null : <p className="text-muted">{note}.</p>}
    </>
  )
}
