import type { ButtonHTMLAttributes, ReactNode } from 'react'
import { LoaderCircle, type LucideIcon } from 'lucide-react'
import { classNames } from './class-names.ts'

export type ButtonLook = 'primary' | 'plain' | 'quiet' | 'danger'

const looks: Record<ButtonLook, string> = {
  primary: 'bg-accent text-on-accent border-transparent hover:opacity-90',
  plain: 'bg-surface border-line-strong hover:bg-sunken',
  quiet: 'border-transparent text-muted hover:bg-sunken hover:text-ink',
  danger: 'bg-surface border-line-strong text-bad hover:bg-bad-soft',
}

/** The class names of a button, for links that look like one. */
export const buttonClass = (look: ButtonLook = 'plain', extra?: string): string =>
  classNames(
    'inline-flex h-8 shrink-0 items-center justify-center gap-1.5 rounded-md border px-2.5 text-sm font-medium whitespace-nowrap',
    'disabled:opacity-50 disabled:cursor-not-allowed transition-colors',
    looks[look],
    extra,
  )

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: ButtonLook | undefined
  icon?: LucideIcon | undefined
  /** Shows that the work is under way and takes no second click. */
  busy?: boolean | undefined
}

/** A button with text. */
export function Button({ look, icon: Icon, busy, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={buttonClass(look, className)}
      disabled={disabled === true || busy === true}
      aria-busy={busy}
      {...rest}
    >
      {busy ? <LoaderCircle size={15} className="animate-spin" aria-hidden /> : null}
      {!busy && Icon ? <Icon size={15} aria-hidden /> : null}
      {children}
    </button>
  )
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** What it does; read out, and shown when the pointer rests on it. */
  label: string
  icon: LucideIcon
  children?: ReactNode
}

/** A button with only a picture. */
export function IconButton({ label, icon: Icon, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={classNames(
        'inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-sunken hover:text-ink disabled:opacity-50',
        className,
      )}
      {...rest}
    >
      <Icon size={16} aria-hidden />
    </button>
  )
}
