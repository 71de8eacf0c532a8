import type { JobRow } from '#features/jobs/job-shapes.ts'
import { diffLines, type DiffLine } from '../changes/diff-lines.ts'
import { formatValue } from '../format.ts'

type Facts = Readonly<Record<string, unknown>>

const asFacts = (value: unknown): Facts => {
  if (value === null || value === undefined) return {}
  return typeof value === 'object' && !Array.isArray(value) ? (value as Facts) : { value }
}

/** What of a row is and would be, as facts that can be compared. */
export const rowStates = ({
  before,
  after,
}: Pick<JobRow, 'before' | 'after'>): [before: Facts, after: Facts] => [asFacts(before), asFacts(after)]

/** Each fact that a row changes. */
export const rowDiff = (row: Pick<JobRow, 'before' | 'after'>): DiffLine[] => diffLines(...rowStates(row))

/** The change of a row in one line of text; empty where it changes nothing that is told. */
export const changeLine = (row: Pick<JobRow, 'before' | 'after'>): string =>
  rowDiff(row)
    .map(({ label, before, after }) =>
      before === '' ? `${label}: ${after}` : `${label}: ${before} → ${after === '' ? '(gone)' : after}`,
    )
    .join(' · ')

/** What became of a row, in one line: why it failed or was skipped, else what it gave, else what was warned of. */
export function rowNote({ status, errorCode, errorMessage, result, warnings }: JobRow): string {
  if (errorMessage !== null) return errorMessage
  if (errorCode !== null) return errorCode
  if (status === 'completed' && result !== null) return resultText(result)
  return warnings.join(' · ')
}

/** Facts within a result by their names, not as JSON. */
function partText(value: unknown): string {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return formatValue(value)
  return Object.entries(value)
    .map(([name, part]) => `${name} ${formatValue(part)}`)
    .join(', ')
}

/** What a row gave, as text: `status 200, body ok`. */
export function resultText(result: NonNullable<JobRow['result']>): string {
  if (typeof result !== 'object' || Array.isArray(result)) return formatValue(result)
  return Object.entries(result)
    .filter(([, value]) => value !== null && value !== '' && value !== false)
    .map(([name, value]) => (value === true ? name : `${name} ${partText(value)}`))
    .join(', ')
}
