import { stat } from 'node:fs/promises'
import { AppError } from '#kernel/errors.ts'
import type { AnyOperation } from '#features/operation.ts'
import type { CliParts, GlobalValues, HandWrittenCommand } from '#surfaces/cli/cli-parts.ts'
import { executeOf } from '#surfaces/cli/execute-of.ts'
import { exitCodes } from '#surfaces/cli/exit-code.ts'
import { parametersOf } from '#surfaces/cli/parameter-text.ts'
import { remoteUpload } from '#surfaces/cli/remote-upload.ts'
import { seeJobThrough } from '#surfaces/cli/see-job-through.ts'
import { showAnswer } from '#surfaces/cli/show-answer.ts'
import { tableText } from '#surfaces/cli/table.ts'

interface Values extends GlobalValues {
  action?: string
  param?: string[]
  query?: string
  ids?: string
  sql?: string
  database?: string
  sheet?: string
  key?: string
  dates?: string
  format?: string
  delimiter?: string
  encoding?: string
  name?: string
  mode?: string
  priority?: string
  at?: string
  wait?: boolean
}

interface Job {
  id: number
  status: string
  approval: string | null
  approvalHash: string | null
}

const rowsShown = 10

/** `job submit`: a job from a file, a query or another database, shown before it is approved. */
export function submitCommand(parts: CliParts): HandWrittenCommand[] {
  if (!parts.operations.some(({ name }) => name === 'job.preview')) return []
  return [
    {
      path: 'job submit',
      summary: 'Make a job of the rows of a file or a query, show what it would do, and ask.',
      arguments: [['[file]', 'A CSV, Excel (.xlsx) or JSON Lines file of rows.']],
      options: [
        ['--action <name>', 'What to do with each row; `rollcall action list` shows what there is.'],
        ['--param <name=value...>', 'A parameter of the action; lists with commas.'],
        ['--query <query>', 'The devices, or hosts, of a query.'],
        ['--ids <numbers>', 'Devices, or hosts, by their ids, with commas.'],
        ['--sql <query>', 'The rows of a query of the database --database.'],
        ['--database <name>', 'A name of jobs.databases.'],
        ['--sheet <name>', 'The sheet of a workbook.'],
        ['--key <columns>', 'Columns that together name a row, with commas.'],
        ['--dates <order>', 'How dates are written: day-first, month-first or iso.'],
        ['--format <format>', 'csv, excel or jsonl, where the name of the file does not say it.'],
        ['--delimiter <character>', 'What separates columns.'],
        ['--encoding <name>', 'Of the file, such as windows-1252.'],
        ['--name <text>', 'What the job is called.'],
        ['--mode <mode>', 'auto: begin without asking where no rule is broken.'],
        ['--priority <number>', '-10 to 10; higher goes first.'],
        ['--at <time>', 'Not before this time.'],
        ['--no-wait', 'Only make the job.'],
      ],
      async run({ arguments: [file], values: given }) {
        const values = given as unknown as Values
        // An option that takes several also takes a file that stands behind it.
        const [behind, ...pairs] = partition(values.param ?? [])
        return submit(parts, file ?? behind, { ...values, param: pairs })
      },
    },
  ]
}

/** A word that is no `name=value`, and those that are. */
function partition(words: readonly string[]): [string | undefined, ...string[]] {
  const last = words.at(-1)
  return last === undefined || last.includes('=') ? [undefined, ...words] : [last, ...words.slice(0, -1)]
}

async function submit(parts: CliParts, file: string | undefined, values: Values): Promise<number> {
  const ask = asking(parts, values)
  if (values.action === undefined) throw wrong('--action', undefined, 'what to do with each row')
  const { items } = (await ask('action.list', {})) as { items: { name: string; parameters: object }[] }
  const action = items.find(({ name }) => name === values.action)
  const input = {
    action: values.action,
    parameters: parametersOf(values.param ?? [], action?.parameters),
    ...given('name', values.name),
    ...given('mode', values.mode),
    ...given('scheduledFor', values.at),
    ...given('priority', values.priority === undefined ? undefined : Number(values.priority)),
    ...given('rowsFrom', await rowsFromOf(parts, file, values)),
    originalCommand: `rollcall ${parts.argv.join(' ')}`.slice(0, 4_000),
  }
  const job = (await ask('job.preview', input)) as Job
  if (values.wait === false) {
    parts.print(values.json ? JSON.stringify(job, null, 2) : `job ${job.id}`)
    return exitCodes.ok
  }
  return followAndAsk(parts, values, job.id)
}

/** Follows the preparing of a job, shows what it would do, asks for the approval and follows it to its end. */
export async function followAndAsk(parts: CliParts, values: GlobalValues, id: number): Promise<number> {
  const execute = executeOf(parts, values)
  const code = await seeJobThrough(parts, values, execute, id)
  if (code !== exitCodes.waiting || values.json) return code
  const ask = asking(parts, values)
  const job = (await ask('job.show', { id })) as Job
  if (job.approval !== 'waiting' || job.approvalHash === null) return code
  await showPreview(parts, values, job)
  if (!parts.isTty) return code
  if (!(await parts.confirm('Approve exactly this?'))) return code
  await ask('job.approve', { id, hash: job.approvalHash })
  return seeJobThrough(parts, values, execute, id)
}

/** What it would do: in words, in sums, and its first rows before and after. */
async function showPreview(parts: CliParts, values: GlobalValues, job: Job): Promise<void> {
  const width = parts.isTty ? (parts.width ?? 100) : undefined
  const view = { width, now: parts.clock.now() }
  parts.print(showAnswer(operationOf(parts, 'job.show'), job, view).text)
  const { blastRadius = [] } =
    (job as { preview?: { blastRadius?: Record<string, unknown>[] } }).preview ?? {}
  if (blastRadius.length > 0)
    parts.print(`\n${tableText(blastRadius.slice(0, rowsShown), ['by', 'value', 'rows', 'of'], view)}`)
  const page = (await asking(parts, values)('job.rows', { id: job.id, limit: rowsShown })) as {
    items: Record<string, unknown>[]
  }
  if (page.items.length > 0)
    parts.print(
      `\n${tableText(page.items, ['rowNumber', 'key', 'status', 'before', 'after', 'warnings'], view)}`,
    )
}

const asking =
  (parts: CliParts, values: GlobalValues) =>
  (name: string, input: Record<string, unknown>): Promise<unknown> =>
    executeOf(parts, values)(
      { operation: operationOf(parts, name), input, configFile: values.config },
      parts.signal,
    )

function operationOf({ operations }: CliParts, wanted: string): AnyOperation {
  const operation = operations.find(({ name }) => name === wanted)
  if (operation) return operation
  throw new AppError('NOT_FOUND', `There is no operation ${wanted} here`)
}

/** Exactly one of file, query, ids and SQL; none for an action without rows. */
async function rowsFromOf(
  parts: CliParts,
  file: string | undefined,
  values: Values,
): Promise<Record<string, unknown> | undefined> {
  const { query, ids, sql } = values
  const said = [file, query, ids, sql].filter((each) => each !== undefined)
  if (said.length > 1) throw wrong('FILE', said.length, 'only one of FILE, --query, --ids and --sql')
  const key = values.key?.split(',').map((column) => column.trim())
  if (query !== undefined) return { kind: 'query', q: query }
  if (ids !== undefined) return { kind: 'ids', ids: ids.split(',').map(Number) }
  if (sql !== undefined) {
    if (values.database === undefined) throw wrong('--database', undefined, 'a name of jobs.databases')
    return { kind: 'sql', database: values.database, sql, ...given('key', key) }
  }
  if (file === undefined) return undefined
  const { format, delimiter, encoding, sheet, dates } = values
  return {
    kind: 'file',
    upload: (await upload(parts, file, values)).id,
    ...given('format', format),
    ...given('delimiter', delimiter),
    ...given('encoding', encoding),
    ...given('sheet', sheet),
    ...given('dates', dates),
    ...given('key', key),
  }
}

async function upload(parts: CliParts, file: string, values: Values): Promise<{ id: string }> {
  if (!(await stat(file).catch(() => undefined))?.isFile()) throw wrong('FILE', file, 'a file that is there')
  const server = values.server ?? parts.environment?.ROLLCALL_URL
  if (server) return remoteUpload({ server, token: parts.environment?.ROLLCALL_TOKEN }, file, parts.signal)
  if (parts.upload) return parts.upload(file, values.config, parts.signal)
  throw new AppError('NOT_FOUND', 'Files cannot be uploaded here', { hint: 'Use --server.' })
}

const given = (name: string, value: unknown): Record<string, unknown> =>
  value === undefined ? {} : { [name]: value }

const wrong = (path: string, value: unknown, expected: string): AppError =>
  new AppError('INPUT_INVALID', 'job submit cannot use this', { complaints: [{ path, value, expected }] })
