import { CircleCheck, CircleX, LoaderCircle, TriangleAlert } from 'lucide-react'

/** How a connection test went. */
export interface Trial {
  ok: boolean
  message: string
  hint: string | null
  errorCode: string | null
  warnings: string[]
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
  return (
    <div
      className={`flex gap-2 rounded-md px-3 py-2 ${trial.ok ? 'bg-good-soft text-good' : 'bg-bad-soft text-bad'}`}
    >
      <Icon size={16} className="mt-0.5 shrink-0" aria-hidden />
      <div className="min-w-0">
        <p className="font-medium break-words">{trial.message}</p>
        {trial.hint ? <p>{trial.hint}</p> : null}
        {trial.warnings.length > 0 ? (
          <ul className="mt-1 flex flex-col gap-0.5">
            {trial.warnings.map((warning) => (
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
