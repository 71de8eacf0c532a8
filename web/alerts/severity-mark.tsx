import { classNames } from '../ui/class-names.ts'
import { severityLooks, type Severity } from './alert-words.ts'

/** How bad it is, by shape, colour and word. */
export function SeverityMark({ severity, quiet = false }: { severity: Severity; quiet?: boolean }) {
  const { icon: Icon, colour, word } = severityLooks[severity]
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <Icon size={15} className={classNames('shrink-0', quiet ? 'text-muted' : colour)} aria-hidden />
      {word}
    </span>
  )
}
