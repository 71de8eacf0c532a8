import { useId, type ComponentProps, type InputHTMLAttributes, type ReactNode } from 'react'
import { classNames } from './class-names.ts'

/** How every input looks. */
export const inputClass =
  'w-full rounded-md border border-field bg-surface px-2.5 text-sm text-ink focus-visible:outline-offset-0 disabled:opacity-60 aria-invalid:border-bad'

interface FieldFrame {
  label: string
  hint?: ReactNode
  error?: string | undefined
}

/** Label, hint and error around an input, tied to it for screen readers. */
function useField({ hint, error }: FieldFrame) {
  const id = useId()
  const described = classNames(error ? `${id}-error` : null, hint ? `${id}-hint` : null)
  return {
    id,
    ...(described ? { 'aria-describedby': described } : {}),
    'aria-invalid': error ? true : undefined,
  }
}

function Frame({
  id,
  label,
  hint,
  error,
  required,
  children,
}: FieldFrame & { id: string; required?: boolean | undefined; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-xs font-medium text-ink">
        {label}
        {required ? <span className="text-muted"> (needed)</span> : null}
      </label>
      {children}
      {error ? (
        <p id={`${id}-error`} className="text-xs text-bad">
          {error}
        </p>
      ) : null}
      {hint ? (
        <p id={`${id}-hint`} className="text-xs text-muted">
          {hint}
        </p>
      ) : null}
    </div>
  )
}

type Without<Tag extends 'input' | 'textarea' | 'select'> = Omit<ComponentProps<Tag>, 'id'>

/** A line of text. */
export function TextField({ label, hint, error, className, ...rest }: FieldFrame & Without<'input'>) {
  const tied = useField({ label, hint, error })
  return (
    <Frame {...{ id: tied.id, label, hint, error }} required={rest.required}>
      <input {...tied} className={classNames(inputClass, 'h-8', className)} {...rest} />
    </Frame>
  )
}

/** Several lines of text. */
export function TextAreaField({ label, hint, error, className, ...rest }: FieldFrame & Without<'textarea'>) {
  const tied = useField({ label, hint, error })
  return (
    <Frame {...{ id: tied.id, label, hint, error }} required={rest.required}>
      <textarea {...tied} rows={3} className={classNames(inputClass, 'py-1.5', className)} {...rest} />
    </Frame>
  )
}

interface SelectProps extends FieldFrame, Without<'select'> {
  options: readonly { value: string; label: string }[]
}

/** One of several. */
export function SelectField({ label, hint, error, options, className, ...rest }: SelectProps) {
  const tied = useField({ label, hint, error })
  return (
    <Frame {...{ id: tied.id, label, hint, error }} required={rest.required}>
      <select {...tied} className={classNames(inputClass, 'h-8', className)} {...rest}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Frame>
  )
}

interface CheckProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'type'> {
  label: string
  hint?: ReactNode
  onValue(checked: boolean): void
}

/** Yes or no. */
export function CheckField({ label, hint, onValue, ...rest }: CheckProps) {
  const tied = useField({ label, hint })
  return (
    <div className="flex items-start gap-2">
      <input
        {...tied}
        type="checkbox"
        className="mt-0.5 size-4 accent-accent"
        onChange={(event) => onValue(event.target.checked)}
        {...rest}
      />
      <div>
        <label htmlFor={tied.id} className="text-sm">
          {label}
        </label>
        {hint ? (
          <p id={`${tied.id}-hint`} className="text-xs text-muted">
            {hint}
          </p>
        ) : null}
      </div>
    </div>
  )
}
