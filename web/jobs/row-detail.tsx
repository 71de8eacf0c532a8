import type { ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import type { JobRow } from '#features/jobs/job-shapes.ts'
import { DiffView } from '../changes/diff-view.tsx'
import { formatTime, formatValue } from '../format.ts'
import { Badge } from '../ui/badge.tsx'
import { useErrorHelp } from './error-help.ts'
import { formatMoney, rowState } from './job-words.ts'
import { resultText, rowStates } from './row-change.ts'
import type { ListedRow } from './row-columns.tsx'

interface RowDetailProps {
  row: ListedRow
  className?: string
}

/** Everything there is to know of one row. */
export function RowDetail({ row, className }: RowDetailProps) {
  const [before, after] = rowStates(row)
  const { text, tone } = rowState(row)
  const input = Object.entries(row.input)
  return (
    <section
      aria-label={`Row ${row.rowNumber}`}
      className={`overflow-y-auto px-4 py-3 ${className ?? ''}`}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keys
      tabIndex={0}
    >
      <div className="flex flex-wrap items-center gap-2">
        <h3 className="min-w-0 font-semibold break-all">
          {row.device ? (
            <Link
              to="/devices/$id"
              params={{ id: String(row.device.id) }}
              className="hover:text-accent hover:underline"
            >
              {row.device.name || row.key}
            </Link>
          ) : (
            row.key
          )}
        </h3>
        <Badge tone={tone}>{text}</Badge>
      </div>
      {row.errorMessage === null && row.errorCode === null ? null : <Trouble row={row} />}
      {row.run === undefined ? null : (
        <Link
          to="/runs/$id"
          params={{ id: String(row.run) }}
          className="mt-2 inline-block font-medium text-accent hover:underline"
        >
          What it found: run {row.run}
        </Link>
      )}
      {row.warnings.length > 0 ? (
        <ul className="mt-2 flex flex-col gap-1">
          {row.warnings.map((warning) => (
            <li key={warning} className="flex gap-1.5 text-warn">
              <TriangleAlert size={14} className="mt-0.5 shrink-0" aria-hidden /> {warning}
            </li>
          ))}
        </ul>
      ) : null}
      {row.before !== null || row.after !== null ? (
        <Block title={row.status === 'completed' ? 'What it changed' : 'What it changes'}>
          <DiffView before={before} after={after} atFirst={8} />
        </Block>
      ) : null}
      {row.result === null || row.run !== undefined ? null : (
        <Block title="What came back">
          <p className="font-mono text-xs break-words whitespace-pre-wrap">{resultText(row.result)}</p>
        </Block>
      )}
      {input.length > 0 ? (
        <Block title="What the row holds">
          <Pairs>{input.map(([name, value]) => [name, formatValue(value)])}</Pairs>
        </Block>
      ) : null}
      <Block title="Facts">
        <Pairs>
          {[
            ['Row', `${row.rowNumber}, key ${row.key}`],
            ['Begun', row.attempt === 0 ? 'not yet' : row.attempt === 1 ? 'once' : `${row.attempt} times`],
            ['Began', row.startedAt === null ? '' : formatTime(row.startedAt)],
            ['Ended', row.processedAt === null ? '' : formatTime(row.processedAt)],
            ['Tried again', row.nextRunAt === null ? '' : formatTime(row.nextRunAt)],
            ['Estimated', row.estimatedCostCents === null ? '' : formatMoney(row.estimatedCostCents)],
            ['Cost', row.costCents === null ? '' : formatMoney(row.costCents)],
            ['Effect key', row.effectKey ?? ''],
          ]}
        </Pairs>
      </Block>
    </section>
  )
}

function Trouble({ row: { errorMessage, errorCode, status } }: { row: JobRow }) {
  const { title, remedy } = useErrorHelp(errorCode ?? '')
  return (
    <div className={`mt-2 rounded-md px-3 py-2 ${status === 'failed' ? 'bg-bad-soft' : 'bg-sunken'}`}>
      <p className="break-words whitespace-pre-wrap">{errorMessage ?? title}</p>
      {remedy === '' ? null : <p className="mt-1 text-xs">{remedy}</p>}
      {errorCode === null ? null : <p className="mt-1 font-mono text-2xs">{errorCode}</p>}
    </div>
  )
}

function Block({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mt-3">
      <h4 className="mb-1 text-xs font-semibold text-muted">{title}</h4>
      {children}
    </div>
  )
}

/** Names and texts; what is empty is left out. */
function Pairs({ children }: { children: readonly (readonly string[])[] }) {
  return (
    <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-xs">
      {children
        .filter(([, text]) => text)
        .map(([name, text]) => (
          <div key={name} className="contents">
            <dt className="truncate text-muted" title={name}>
              {name}
            </dt>
            <dd className="min-w-0 break-words">{text}</dd>
          </div>
        ))}
    </dl>
  )
}
