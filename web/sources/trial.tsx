import { CircleCheck, CircleX, LoaderCircle, TriangleAlert } from 'lucide-react'

/** How a connection test went. */
export interface Trial {
  ok: boolean
  message: string
  hint: string | null
  errorCode: string | null
  warnings: string[]
  checks: TrialCheck[]
}

/** One thing that the test tried. */
interface TrialCheck {
  name: string
  result: 'ok' | 'limited' | 'failed'
  detail: string
  fix: string | null
}

/** The answer of a connection test, or that one waits for it. */
export function TrialResult({ trial, busy }: { trial: Trial | undefined; busy: boolean }) {
  return (
    <div aria-live="polite">
      {busy ? (
        <p className="flex items-center gap-2 rounded-md bg-sunken px-3 py-2 text-muted">
          <LoaderCircle size={15} className="animate-spin" aria-hidden /> Asking the source…
        </p>
      ) : trial ? (
        <Answer trial={trial} />
      ) : null}
    </div>
  )
}

function Answer({ trial }: { trial: Trial }) {
  const Icon = trial.ok ? CircleCheck : CircleX
  // What a check tells already is not told twice.
  const rest = trial.warnings.filter((warning) => !trial.checks.some(({ detail }) => detail === warning))
  return (
    <div
      className={`flex gap-2 rounded-md px-3 py-2 ${trial.ok ? 'bg-good-soft text-good' : 'bg-bad-soft text-bad'}`}
    >
      <Icon size={16} className="mt-0.5 shrink-0" aria-hidden />
      <div className="min-w-0">
        <p className="font-medium break-words">{trial.message}</p>
        {trial.hint ? <p>{trial.hint}</p> : null}
        {trial.checks.length > 0 ? <Checks checks={trial.checks} /> : null}
        {rest.length > 0 ? (
          <ul className="mt-1 flex flex-col gap-0.5">
            {rest.map((warning) => (
              <li key={warning} className="flex gap-1.5 text-warn">
                <TriangleAlert size={14} className="mt-0.5 shrink-0" aria-hidden /> {warning}
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </div>
  )
}

const looks = {
  ok: { Icon: CircleCheck, tone: 'text-good', word: 'works' },
  limited: { Icon: TriangleAlert, tone: 'text-warn', word: 'limited' },
  failed: { Icon: CircleX, tone: 'text-bad', word: 'failed' },
} as const

/** What works, what a missing right hides, and what to do about it. */
function Checks({ checks }: { checks: readonly TrialCheck[] }) {
  return (
    <ul className="mt-2 flex flex-col gap-1">
      {checks.map(({ name, result, detail, fix }) => {
        const { Icon, tone, word } = looks[result]
        return (
          <li key={name} className={`flex gap-1.5 ${tone}`}>
            <Icon size={14} className="mt-0.5 shrink-0" aria-label={word} />
            <span className="min-w-0 break-words">
              <span className="font-medium">{name}:</span> {detail}
              {fix ? <span className="block text-ink">To mend it: {fix}</span> : null}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
