import { Link } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import type { Job, JobRow } from '#features/jobs/job-shapes.ts'
import { formatNumber } from '../format.ts'
import { Badge } from '../ui/badge.tsx'
import type { GridColumn } from './grid.tsx'
import { formatMoney, rowState } from './job-words.ts'
import { changeLine, rowNote } from './row-change.ts'
import { runNote } from './row-run.ts'

/** A row with the number that lists go by. */
export type ListedRow = JobRow & {
  id: number
  /** The run it led to, where it read a source. */
  run: number | undefined
}

/** What is told of each row of a job. */
export function rowColumnsOf({
  startedAt,
  estimatedCostCents,
  totalCostCents,
}: Pick<Job, 'startedAt' | 'estimatedCostCents' | 'totalCostCents'>): readonly GridColumn<ListedRow>[] {
  const hasCosts = Boolean(estimatedCostCents) || Boolean(totalCostCents)
  return allColumns
    .filter(({ id }) => hasCosts || id !== 'cost')
    .map((column) =>
      startedAt === null && column.id === 'note' ? { ...column, label: 'To be read first' } : column,
    )
}

/** What a phone has room for, in pixels; a row that is chosen tells the rest below. */
const narrowWidths: Partial<Record<string, number>> = { key: 95, state: 105 }

/** Of these columns what a phone has room for: with what became of a row once work has begun. */
export function narrowRowColumns(
  columns: readonly GridColumn<ListedRow>[],
  { startedAt }: Pick<Job, 'startedAt'>,
): readonly GridColumn<ListedRow>[] {
  const told = startedAt === null ? 'change' : 'note'
  return columns
    .filter(({ id }) => id === 'key' || id === 'state' || id === told)
    .map((column) => ({ ...column, width: narrowWidths[column.id] ?? 115 }))
}

const allColumns: readonly GridColumn<ListedRow>[] = [
  {
    id: 'number',
    label: '#',
    width: 52,
    numeric: true,
    cell: ({ rowNumber }) => <span className="text-muted">{formatNumber(rowNumber)}</span>,
  },
  { id: 'key', label: 'Row', width: 130, cell: (row) => <Name row={row} /> },
  { id: 'state', label: 'State', width: 120, cell: (row) => <State row={row} /> },
  { id: 'change', label: 'Before → after', width: 190, cell: (row) => <Line text={changeLine(row)} /> },
  { id: 'note', label: 'What became of it', width: 180, cell: (row) => <Note row={row} /> },
  {
    id: 'cost',
    label: 'Cost',
    width: 70,
    numeric: true,
    cell: ({ status, costCents, estimatedCostCents }) => {
      const cents = costCents ?? (status === 'pending' || status === 'processing' ? estimatedCostCents : null)
      return cents === null ? (
        ''
      ) : (
        <span className={costCents === null ? 'text-muted' : ''}>{formatMoney(cents)}</span>
      )
    },
  },
]

function Name({ row }: { row: ListedRow }) {
  if (row.device === null) return <span title={row.key}>{row.key}</span>
  return (
    <Link
      to="/devices/$id"
      params={{ id: String(row.device.id) }}
      tabIndex={-1}
      className="font-medium hover:text-accent hover:underline"
    >
      {row.device.name || row.key}
    </Link>
  )
}

function State({ row }: { row: ListedRow }) {
  const { text, tone } = rowState(row)
  return <Badge tone={tone}>{text}</Badge>
}

function Line({ text }: { text: string }) {
  return <span title={text}>{text}</span>
}

function Note({ row }: { row: ListedRow }) {
  const text = row.run === undefined ? rowNote(row) : runNote(row)
  const isWarning = row.errorMessage === null && row.warnings.length > 0 && row.status !== 'completed'
  const tone = row.status === 'failed' ? 'text-bad' : isWarning ? 'text-warn' : 'text-muted'
  return (
    <span className={tone} title={text}>
      {isWarning ? <TriangleAlert size={12} className="mr-1 inline" aria-label="Warning" /> : null}
      {row.run === undefined ? null : (
        <Link
          to="/runs/$id"
          params={{ id: String(row.run) }}
          tabIndex={-1}
          className="mr-1.5 text-accent underline"
        >
          run {row.run}
        </Link>
      )}
      {text}
    </span>
  )
}
