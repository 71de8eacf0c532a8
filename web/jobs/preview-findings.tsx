import { useQuery } from '@tanstack/react-query'
import { CircleMinus, ShieldAlert, TriangleAlert } from 'lucide-react'
import type { JobDetail, Preview } from '#features/jobs/job-shapes.ts'
import { counted } from '../format.ts'
import { sessionQuery } from '../session.ts'
import { Badge } from '../ui/badge.tsx'
import { isRequester, verdictWords } from './approval-words.ts'

/** The rules that a job breaks, and what each means for who looks at it. */
export function Violations({ job }: { job: JobDetail }) {
  const me = useQuery(sessionQuery).data
  const isMine = isRequester(job, me)
  return (
    <section aria-label="Rules" className="border-t px-4 py-2.5">
      <h2 className="mb-1 text-xs font-semibold text-muted">Rules of this installation</h2>
      <ul className="flex flex-col gap-1.5">
        {job.violations.map((violation) => {
          const { text, tone } = verdictWords(violation, isMine)
          return (
            <li key={`${violation.policy}${violation.message}`} className="flex items-start gap-2">
              <ShieldAlert
                size={15}
                className={`mt-0.5 shrink-0 ${tone === 'bad' ? 'text-bad' : 'text-warn'}`}
                aria-hidden
              />
              <span className="min-w-0">
                {violation.message} <Badge tone={tone}>{text}</Badge>{' '}
                <code className="font-mono text-2xs break-all text-muted">{violation.policy}</code>
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

/** Whether there is anything to tell of what was noticed. */
export const hasFindings = ({ warnings, excluded }: Preview): boolean =>
  warnings.length > 0 || excluded.length > 0

/** What was noticed of the rows, and what was asked for but is no row. */
export function Findings({ preview: { warnings, excluded }, noun }: { preview: Preview; noun: string }) {
  return (
    <div className="grid border-t first:border-t-0 lg:grid-cols-2">
      {warnings.length > 0 ? (
        <section aria-label="Warnings" className="min-w-0 px-4 py-2.5">
          <h2 className="mb-1 text-xs font-semibold text-muted">To be read first</h2>
          <ul className="flex flex-col gap-1">
            {warnings.map(({ text, rows }) => (
              <li key={text} className="flex items-start gap-2">
                <TriangleAlert size={15} className="mt-0.5 shrink-0 text-warn" aria-hidden />
                <span className="min-w-0 break-words">
                  {text} <span className="whitespace-nowrap text-muted">{counted(rows, 'row')}</span>
                </span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {excluded.length > 0 ? (
        <section aria-label="Left out" className="min-w-0 px-4 py-2.5">
          <h2 className="mb-1 text-xs font-semibold text-muted">Left out</h2>
          <ul className="flex flex-col gap-1">
            {excluded.map(({ reason, rows, examples }) => (
              <li key={reason} className="flex items-start gap-2">
                <CircleMinus size={15} className="mt-0.5 shrink-0 text-muted" aria-hidden />
                <span className="min-w-0 break-words">
                  {counted(rows, noun)}: {reason}
                  {examples.length > 0 ? <Examples rows={rows}>{examples}</Examples> : null}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  )
}

function Examples({ rows, children }: { rows: number; children: readonly string[] }) {
  return (
    <span className="block text-xs text-muted">
      {children.join(', ')}
      {rows > children.length ? ', …' : ''}
    </span>
  )
}
