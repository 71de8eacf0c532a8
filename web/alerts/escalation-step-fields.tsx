import type { ReactNode } from 'react'
import { Trash2 } from 'lucide-react'
import type { EscalationStep } from '#features/alerts/escalation-shapes.ts'
import { IconButton } from '../ui/button.tsx'
import { CheckField, SelectField, TextField } from '../ui/field.tsx'
import { dayOptions, daysNamed, daysText, weekdays } from '../weekdays.ts'
import { severityLooks, type Severity } from './alert-words.ts'

interface StepFieldsProps {
  title: string
  step: EscalationStep
  channels: readonly { id: number; name: string; enabled: boolean }[]
  onStep(step: EscalationStep): void
  onRemove: (() => void) | undefined
}

const severities: readonly Severity[] = ['info', 'warning', 'critical']

const switched = <Item,>(items: readonly Item[], item: Item, isOn: boolean): Item[] =>
  isOn ? [...items, item] : items.filter((each) => each !== item)

/** One step of an escalation: after how long, over what, and of what. */
export function EscalationStepFields({ title, step, channels, onStep, onRemove }: StepFieldsProps) {
  const { hours } = step
  return (
    <fieldset className="flex flex-col gap-3 rounded-md border px-3 pt-2 pb-3">
      <legend className="px-1 text-xs font-medium">{title}</legend>
      <div className="flex items-end gap-3">
        <TextField
          label="Minutes after the first was told"
          type="number"
          min={0}
          value={step.afterMinutes}
          onChange={({ target }) => onStep({ ...step, afterMinutes: Number(target.value) })}
        />
        {onRemove ? (
          <IconButton
            label={`Take ${title.toLowerCase()} away`}
            icon={Trash2}
            className="ml-auto"
            onClick={onRemove}
          />
        ) : null}
      </div>
      <Choices label="Over">
        {channels.map(({ id, name, enabled }) => (
          <CheckField
            key={id}
            label={enabled ? name : `${name} (off)`}
            checked={step.channelIds.includes(id)}
            onValue={(isOn) => onStep({ ...step, channelIds: switched(step.channelIds, id, isOn) })}
          />
        ))}
      </Choices>
      <Choices label="Of what is">
        {severities.map((severity) => (
          <CheckField
            key={severity}
            label={severityLooks[severity].word}
            checked={step.severities.includes(severity)}
            onValue={(isOn) => onStep({ ...step, severities: switched(step.severities, severity, isOn) })}
          />
        ))}
      </Choices>
      <CheckField
        label="Only within some hours; outside of them it waits"
        checked={hours !== undefined}
        onValue={(isOn) => {
          const { hours: _, ...always } = step
          onStep(isOn ? { ...always, hours: officeHours() } : always)
        }}
      />
      {hours ? (
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
          <SelectField
            label="Days"
            options={dayOptions(hours.days)}
            value={daysText(hours.days)}
            onChange={({ target }) =>
              onStep({ ...step, hours: { ...hours, days: daysNamed(target.value) ?? hours.days } })
            }
          />
          <TextField
            label="From"
            value={hours.from}
            onChange={({ target }) => onStep({ ...step, hours: { ...hours, from: target.value } })}
          />
          <TextField
            label="To"
            value={hours.to}
            onChange={({ target }) => onStep({ ...step, hours: { ...hours, to: target.value } })}
          />
          <TextField
            label="Time zone"
            value={hours.timeZone}
            onChange={({ target }) => onStep({ ...step, hours: { ...hours, timeZone: target.value } })}
          />
        </div>
      ) : null}
    </fieldset>
  )
}

const officeHours = (): NonNullable<EscalationStep['hours']> => ({
  days: weekdays.slice(0, 5),
  from: '08:00',
  to: '18:00',
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
})

function Choices({ label, children }: { label: string; children: ReactNode }) {
  return (
    <fieldset>
      <legend className="mb-1 text-xs font-medium">{label}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">{children}</div>
    </fieldset>
  )
}
