import { classNames } from '../ui/class-names.ts'
import { inputClass } from '../ui/field.tsx'
import { DevicePicker } from './device-picker.tsx'
import { lineLooks, whole } from './picture-colours.ts'
import { relationNames, relationTypes } from './topology-words.ts'
import type { RelationType } from './topology-types.ts'
import type { TopologyPlace } from './use-topology-place.ts'

/** What is drawn: which relationships, around which device, and how. */
export function TopologyFilter({ place }: { place: TopologyPlace }) {
  const { types, around, depth, layout, go, setTypes } = place
  const toggle = (type: RelationType) => {
    const next = relationTypes.filter((each) => types.includes(each) !== (each === type))
    // Without any there is nothing to show: the one that was pressed alone is all that is left.
    setTypes(next.length > 0 ? next : relationTypes)
  }
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2">
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- buttons in a row need no frame */}
      <div role="group" aria-label="Relationships" className="flex flex-wrap gap-1">
        {relationTypes.map((type) => (
          <button
            key={type}
            type="button"
            aria-pressed={types.includes(type)}
            onClick={() => toggle(type)}
            className={classNames(
              'flex h-8 items-center gap-2 rounded-md border px-2.5 text-sm',
              types.includes(type) ? 'border-line-strong bg-surface' : 'text-muted hover:text-ink',
            )}
          >
            <Sample type={type} isOn={types.includes(type)} />
            {relationNames[type]}
          </button>
        ))}
      </div>
      <DevicePicker
        label="Around this device"
        placeholder="Around a device"
        value={around}
        onValue={(value) => go({ around: value })}
        className="w-48"
      />
      {around === undefined ? null : (
        <select
          aria-label="How many steps away"
          className={`${inputClass} h-8 w-auto!`}
          value={depth}
          onChange={(event) => go({ depth: event.target.value }, true)}
        >
          {[1, 2, 3, 4, 5, 6].map((steps) => (
            <option key={steps} value={steps}>
              {steps === 1 ? '1 step' : `${steps} steps`}
            </option>
          ))}
        </select>
      )}
      <select
        aria-label="Layout"
        className={`${inputClass} ml-auto h-8 w-auto!`}
        value={layout}
        onChange={(event) => go({ layout: event.target.value === 'layered' ? 'layered' : undefined }, true)}
      >
        <option value="force">By closeness</option>
        <option value="layered">In layers</option>
      </select>
    </div>
  )
}

/** How lines of a kind are drawn. */
function Sample({ type, isOn }: { type: RelationType; isOn: boolean }) {
  const { size, dash, gap } = lineLooks[type]
  return (
    <svg width="20" height="6" aria-hidden className={isOn ? 'text-accent' : 'text-line-strong'}>
      <line
        x1="0"
        x2="20"
        y1="3"
        y2="3"
        stroke="currentColor"
        strokeWidth={size * 1.4}
        strokeDasharray={dash === whole ? undefined : `${dash} ${gap}`}
      />
    </svg>
  )
}
