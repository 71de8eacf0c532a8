import { inputClass } from '../ui/field.tsx'
import { groupings, type Grouping } from './use-fleet-place.ts'

interface GroupChoiceProps {
  group: Grouping | undefined
  onGroup(group: Grouping | undefined): void
}

/** By what servers are put together. */
export function GroupChoice({ group, onGroup }: GroupChoiceProps) {
  return (
    <select
      aria-label="Group by"
      className={`${inputClass} h-8 w-auto!`}
      value={group ?? ''}
      onChange={(event) => onGroup((event.target.value || undefined) as Grouping | undefined)}
    >
      <option value="">Not grouped</option>
      {groupings.map(([name, label]) => (
        <option key={name} value={name}>
          By {label.toLowerCase()}
        </option>
      ))}
    </select>
  )
}
