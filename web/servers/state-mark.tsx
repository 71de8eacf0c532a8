import { classNames } from '../ui/class-names.ts'
import { stateWords } from './server-words.ts'

const colours = {
  good: 'text-good',
  bad: 'text-bad',
  warn: 'text-warn',
  accent: 'text-accent',
  neutral: 'text-muted',
} as const

/** A server's state as a shape, a colour and a word. */
export function StateMark({
  server,
  className,
}: {
  server: { status: string; condition: string | null }
  className?: string
}) {
  const { word, icon: Icon, tone } = stateWords(server)
  return (
    <span
      className={classNames(
        'inline-flex min-w-0 items-center gap-1.5 align-middle whitespace-nowrap',
        className,
      )}
    >
      <Icon size={14} className={classNames('shrink-0', colours[tone])} aria-hidden />
      {word}
    </span>
  )
}
