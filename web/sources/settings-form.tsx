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

function Inputs({ fields, draft, stored, errors, disabled, onDraft, ...rest }: SettingsFormProps) {
  return (
    <div className="grid gap-x-4 gap-y-3.5 sm:grid-cols-2">
      {[
        ...fields.filter(({ kind }) => kind !== 'boolean'),
        ...fields.filter(({ kind }) => kind === 'boolean'),
      ].map((field) =>
        field.kind === 'group' ? (
          <fieldset key={field.path} className="col-span-full rounded-md border px-3 pt-1 pb-3">
            <legend className="px-1 text-xs font-semibold">{field.label}</legend>
            {field.help ? <p className="mb-2 text-xs text-muted">{field.help}</p> : null}
            <Inputs {...{ draft, stored, errors, disabled, onDraft, ...rest }} fields={field.fields} />
          </fieldset>
        ) : (
          <div key={field.path} className={classNames(field.wide && 'col-span-full')}>
            <SettingInput
              field={field}
              value={draft[field.path]}
              stored={stored[field.path] === setSecret}
              error={errors[field.path]}
              disabled={disabled}
              onValue={(value) => onDraft({ ...draft, [field.path]: value })}
            />
          </div>
        ),
      )}
    </div>
  )
}

function Fold({ title, ...props }: SettingsFormProps & { title: string }) {
  const { fields, draft, stored, errors } = props
  const id = useId()
  const paths = leavesOf(fields).map(({ path }) => path)
  const touched = paths.filter(
    (path) => String(draft[path] ?? '') !== '' || String(stored[path] ?? '') !== '',
  )
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
        {touched.length > 0 && !open ? <span className="font-normal">({touched.length} set)</span> : null}
      </button>
      <div id={id} hidden={!open} className="pt-2">
        <Inputs {...props} />
      </div>
    </div>
  )
}
