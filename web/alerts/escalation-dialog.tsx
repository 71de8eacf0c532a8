import { useState } from 'react'
import { Plus } from 'lucide-react'
import type { EscalationPolicy, EscalationStep } from '#features/alerts/escalation-shapes.ts'
import { api } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { CheckField, TextField } from '../ui/field.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { EscalationStepFields } from './escalation-step-fields.tsx'
import { useChannels } from './use-channels.ts'

interface EscalationDialogProps {
  policy: EscalationPolicy | undefined
  onKept(): Promise<unknown>
  onClose(): void
}

const stepAfter = (minutes: number): EscalationStep => ({
  afterMinutes: minutes,
  channelIds: [],
  severities: ['warning', 'critical'],
})

/** Makes an escalation or changes one, step by step. */
export function EscalationDialog({ policy, onKept, onClose }: EscalationDialogProps) {
  const channels = useChannels()
  const [name, setName] = useState(policy?.name ?? '')
  const [isDefault, setDefault] = useState(policy?.isDefault ?? false)
  const [steps, setSteps] = useState<readonly EscalationStep[]>(policy?.steps ?? [stepAfter(0)])
  const save = useAction(async () => {
    const given = { name: name.trim(), isDefault, steps }
    if (policy) await api.patch(`/escalations/${policy.id}`, given, policy.version)
    else await api.post('/escalations', given)
    sayDone(`The escalation ${given.name} is ${policy ? 'changed' : 'made'}`)
    await onKept()
    onClose()
  })
  const change = (index: number, next: EscalationStep) =>
    setSteps(steps.map((step, at) => (at === index ? next : step)))
  const isWhole = steps.every(({ channelIds, severities }) => channelIds.length > 0 && severities.length > 0)
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={policy ? `Escalation ${policy.name}` : 'New escalation'}
      description="A step is told only while nobody looks after the alert."
    >
      <div className="flex flex-col gap-3">
        <TextField label="Name" required value={name} onChange={(event) => setName(event.target.value)} />
        <CheckField
          label="The default, for every rule that names no other"
          checked={isDefault}
          onValue={setDefault}
        />
        {steps.map((step, index) => (
          <EscalationStepFields
            key={index}
            title={`Step ${index + 1}`}
            step={step}
            channels={channels ?? []}
            onStep={(next) => change(index, next)}
            onRemove={steps.length > 1 ? () => setSteps(steps.filter((_, at) => at !== index)) : undefined}
          />
        ))}
        {channels?.length === 0 ? (
          <p className="text-muted">There is no channel yet: make one under Channels first.</p>
        ) : null}
        <div>
          <Button
            icon={Plus}
            onClick={() => setSteps([...steps, stepAfter((steps.at(-1)?.afterMinutes ?? 0) + 15)])}
          >
            Another step
          </Button>
        </div>
        <ErrorLine error={save.error} />
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            busy={save.busy}
            disabled={name.trim() === '' || !isWhole}
            onClick={() => void save.run()}
          >
            Save escalation
          </Button>
        </DialogButtons>
      </div>
    </Dialog>
  )
}
