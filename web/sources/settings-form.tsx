import { useId, useState } from 'react'
import { ChevronRight } from 'lucide-react'
import { classNames } from '../ui/class-names.ts'
import { setSecret, type Draft } from './setting-draft.ts'
import { SettingInput } from './setting-input.tsx'
import { leavesOf, type SettingField } from './setting-fields.ts'

interface SettingsFormProps {
  fields: readonly SettingField[]
  draft: Draft
  /** The draft as it was stored: tells which secrets are kept. */
  stored: Draft
  /** What is wrong, by path of the setting. */
  errors: Readonly<Record<string, string>>
  disabled: boolean
  onDraft(draft: Draft): void
}

/** The settings of a source, as its type describes them. What is rarely changed stands behind a fold. */
export function SettingsForm(props: SettingsFormProps) {
  const common = props.fields.filter(({ rare }) => !rare)
  const rare = props.fields.filter((field) => field.rare)
  return (
    <>
      <Inputs {...props} fields={common} />
      {rare.length > 0 ? (
        <Fold title={common.length > 0 ? 'More settings' : 'Settings'} {...props} fields={rare} />
      ) : null}
    </>
  )
}

/** What is written first, then what is ticked, then groups: each lines up with its like. */
function Inputs(props: SettingsFormProps) {
  const isGroup = ({ kind }: SettingField) => kind === 'group'
  const isTick = ({ kind }: SettingField) => kind === 'boolean'
  const rows = [
    props.fields.filter((field) => !isGroup(field) && !isTick(field)),
    props.fields.filter(isTick),
  ].filter((fields) => fields.length > 0)
  return (
    <div className="flex flex-col gap-3.5">
      {rows.map((fields) => (
        <div key={fields[0]!.path} className="grid gap-x-4 gap-y-3.5 sm:grid-cols-2">
          {fields.map((field) => (
            <div key={field.path} className={classNames(field.wide && 'col-span-full')}>
              <SettingInput
                field={field}
                value={props.draft[field.path]}
                stored={props.stored[field.path] === setSecret}
                error={props.errors[field.path]}
                disabled={props.disabled}
                onValue={(value) => props.onDraft({ ...props.draft, [field.path]: value })}
              />
            </div>
          ))}
        </div>
      ))}
      {props.fields.filter(isGroup).map((group) => (
        <fieldset key={group.path} className="rounded-md border px-3 pt-1 pb-3">
          <legend className="px-1 text-xs font-semibold">{group.label}</legend>
          {group.help ? <p className="mb-2 text-xs text-muted">{group.help}</p> : null}
          <Inputs {...props} fields={group.fields} />
        </fieldset>
      ))}
    </div>
  )
}

function Fold({ title, ...props }: SettingsFormProps & { title: string }) {
  const { fields, draft, errors } = props
  const id = useId()
  const paths = leavesOf(fields).map(({ path }) => path)
  const count = paths.filter((path) => String(draft[path] ?? '') !== '').length
  const wrong = paths.some((path) => errors[path] !== undefined)
  const [opened, setOpened] = useState(false)
  const open = opened || wrong
  return (
    <div className="border-t pt-2">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpened(!open)}
        className="flex h-8 items-center gap-1.5 text-sm font-medium text-muted hover:text-ink"
      >
        <ChevronRight
          size={15}
          className={classNames('transition-transform', open && 'rotate-90')}
          aria-hidden
        />
        {title}
        {count > 0 && !open ? <span className="font-normal">({count} set)</span> : null}
      </button>
      <div id={id} hidden={!open} className="pt-2">
        <Inputs {...props} />
      </div>
    </div>
  )
}
