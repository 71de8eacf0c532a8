import { useQuery } from '@tanstack/react-query'
import { RotateCcw } from 'lucide-react'
import type { JobDetail, JobErrorGroup, JobRow } from '#features/jobs/job-shapes.ts'
import { api, type Page } from '../api.ts'
import { adviceHere } from '../browser-advice.ts'
import { counted, formatNumber } from '../format.ts'
import { useMay } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { Panel } from '../ui/page.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { jobErrorsQuery, tellJob } from './job-query.ts'

interface JobErrorsProps {
  job: JobDetail
  onShow(code: string): void
}

/** What went wrong, by its kind: what it means, what helps, and the way to the rows. */
export function JobErrors({ job, onShow }: JobErrorsProps) {
  const errors = useQuery(jobErrorsQuery(job))
  return (
    <Panel>
      <QueryView query={errors}>
        {(groups) =>
          groups.length === 0 ? (
            <p className="px-4 py-6 text-center text-muted">Nothing went wrong.</p>
          ) : (
            <ul className="divide-y">
              {groups.map((group) => (
                <Group key={group.code} job={job} group={group} onShow={onShow} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </Panel>
  )
}

function Group({ job, group, onShow }: JobErrorsProps & { group: JobErrorGroup }) {
  const { code, title, rows, example } = group
  const remedy = group.remedy ? adviceHere(code, group.remedy) : undefined
  const mayControl = useMay('jobs.control')
  const retry = useAction(async () => {
    const failed = await failedRows(job.id, code)
    await tellJob(job, 'retry', { rows: failed })
    sayDone(`${counted(failed.length, 'row')} will be tried again`)
  })
  const isUnclear = code === 'OUTCOME_UNKNOWN' && job.ambiguousRows > 0
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-80">
        <h3 className="font-semibold">
          {formatNumber(rows)} × {title}
        </h3>
        {remedy ? <p>{remedy}</p> : null}
        {example.message === null ? null : (
          <p className="mt-1 text-xs break-words text-muted">
            For example row {formatNumber(example.rowNumber)}: {example.message}
          </p>
        )}
        <p className="mt-1 font-mono text-2xs text-muted">{code}</p>
        <ErrorLine error={retry.error} />
      </div>
      <div className="flex flex-wrap gap-2">
        <Button look="quiet" onClick={() => onShow(code)}>
          Show rows
        </Button>
        {mayControl && !isUnclear && code !== 'ALREADY_DONE' ? (
          <Button icon={RotateCcw} busy={retry.busy} onClick={() => void retry.run()}>
            Retry these
          </Button>
        ) : null}
      </div>
    </li>
  )
}

/** As many as can be told to be tried again at once. */
const most = 10_000

async function failedRows(id: number, code: string): Promise<number[]> {
  const found: number[] = []
  for (let cursor: string | undefined; found.length < most;) {
    const page: Page<JobRow> = await api.get(`/jobs/${id}/rows`, {
      status: 'failed',
      code,
      limit: 1000,
      cursor,
    })
    found.push(...page.items.filter(({ review }) => review !== 'ambiguous').map((row) => row.rowNumber))
    if (page.nextCursor === null) break
    cursor = page.nextCursor
  }
  return found.slice(0, most)
}
