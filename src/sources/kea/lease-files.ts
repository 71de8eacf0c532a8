import type { FileHandle } from 'node:fs/promises'
import { stat } from 'node:fs/promises'
import { toMilliseconds, type Timestamp } from '#kernel/clock.ts'
import { isHeld, toLease } from '#sources/kea/kea-lease.ts'
import { parseHeader, parseRow, parseRowHead, type Columns } from '#sources/kea/lease-rows.ts'
import { badLine, eachLine, isMissingFile, missingFile, openFile } from '#sources/lease-lines.ts'
import { readSteadily, Warnings, type LeaseReading } from '#sources/lease-source.ts'
import { LeaseTable, type Lease } from '#sources/lease-table.ts'
import type { SourceTools } from '#sources/source.ts'

/**
 * Reads a memfile lease file with the companions of its clean-up. They hold the older rows: `.completed` alone once a
 * clean-up is done writing, else `.2` (the result of the last one) and `.1` (what a running one works on); then the
 * file itself. Later rows override earlier ones (memfile_lease_mgr.h). `limitBytes` bounds what is read of each.
 */
export const readLeaseFiles = (
  path: string,
  tools: SourceTools,
  limitBytes: number,
  signal: AbortSignal,
): Promise<LeaseReading> =>
  readSteadily(tools, (isLast) => readOnce(path, tools.clock.now(), { isLast, limitBytes }, signal), signal)

interface OpenedFile {
  path: string
  file: FileHandle
  ino: number
  size: number
}

async function readOnce(
  path: string,
  now: Timestamp,
  { isLast, limitBytes }: { isLast: boolean; limitBytes: number },
  signal: AbortSignal,
): Promise<LeaseReading> {
  await using opened = new AsyncDisposableStack()
  const files = await openAll(path, opened)
  if (files.at(-1)?.path !== path) {
    if (isLast && files.length === 0) throw missingFile(path)
    if (!isLast) return { leases: [], warnings: [], incomplete: `${path} was not there` }
  }
  if (!isLast && (await haveChanged(path, files))) {
    return { leases: [], warnings: [], incomplete: changedSentence(path) }
  }
  const rows = new LeaseRows(now)
  for (const each of files) await rows.read(each, { isLast, limitBytes }, signal)
  const leases = rows.finish()
  const missing =
    files.at(-1)?.path === path ? undefined : `${path} is missing; only its companions were read`
  const incomplete = missing ?? ((await haveChanged(path, files)) ? changedSentence(path) : rows.damage)
  return { leases, warnings: rows.warnings.list(), incomplete }
}

const changedSentence = (path: string): string => `Kea cleaned up the files of ${path} while they were read`

/** The files there are, oldest rows first, all opened before any is read so that a rename takes none away. */
async function openAll(path: string, opened: AsyncDisposableStack): Promise<OpenedFile[]> {
  const open = async (suffix: string): Promise<OpenedFile[]> => {
    const file = await openFile(path + suffix).catch((error: unknown) => {
      if (isMissingFile(error)) return undefined
      throw error
    })
    if (file === undefined) return []
    opened.use(file)
    const { ino, size } = await file.stat()
    return [{ path: path + suffix, file, ino, size }]
  }
  const completed = await open('.completed')
  const older = completed.length > 0 ? completed : [...(await open('.2')), ...(await open('.1'))]
  return [...older, ...(await open(''))]
}

/** Whether a clean-up moved files since they were opened: another set of names, or another file below a name. */
async function haveChanged(path: string, files: readonly OpenedFile[]): Promise<boolean> {
  const inodeOf = async (name: string) => (await stat(name).catch(() => undefined))?.ino
  const completed = await inodeOf(`${path}.completed`)
  const names = completed === undefined ? [`${path}.2`, `${path}.1`, path] : [`${path}.completed`, path]
  for (const name of names) {
    if ((await inodeOf(name)) !== files.find((each) => each.path === name)?.ino) return true
  }
  return completed === undefined && files.some((each) => each.path.endsWith('.completed'))
}

/** A row that holds as far as is known, kept as it is written: most are overridden before anybody needs them. */
interface HeldRow {
  columns: Columns
  text: string
  path: string
  line: number
}

class LeaseRows {
  readonly warnings = new Warnings()
  damage: string | undefined
  readonly #rows = new LeaseTable<HeldRow>(({ text }) => text.length + 100)
  readonly #now: number
  #columns: Columns | undefined

  constructor(now: Timestamp) {
    this.#now = toMilliseconds(now) / 1000
  }

  async read(
    { path, file, size }: OpenedFile,
    { isLast, limitBytes }: { isLast: boolean; limitBytes: number },
    signal: AbortSignal,
  ): Promise<void> {
    this.#columns = undefined
    const limit = Math.min(size, limitBytes)
    const { lines, rest } = await eachLine(
      file,
      path,
      (line, number) => this.#line(path, line, number),
      signal,
      limit,
    )
    if (rest === '' || limit < size) return
    // A row without its line end is still being written; one that stays so and is long enough is taken.
    const isWhole = rest.split(',').length >= this.#width()
    if (isLast && isWhole) this.#line(path, rest, lines + 1)
    else this.damage ??= `Line ${lines + 1} of ${path} is not finished`
  }

  #width(): number {
    return this.#columns?.size ?? 1
  }

  #line(path: string, line: string, number: number): void {
    if (line === '') return
    if (this.#columns === undefined || line.startsWith('address,')) {
      const columns = parseHeader(line)
      if (columns === undefined)
        throw badLine(path, number, 'it is not the header of a Kea lease file', otherFormat)
      this.#columns = columns
      return
    }
    const head = parseRowHead(this.#columns, line)
    // A row too short to have a key is kept by its line, to be complained of.
    const key = head?.key ?? `line ${number} of ${path}`
    // The copy lets go of the chunk that the line was cut from.
    const text = Buffer.from(line, 'latin1').toString('latin1')
    if (head !== undefined && !isHeld(head, this.#now)) this.#rows.remove(key)
    else this.#rows.put(key, { columns: this.#columns, text, path, line: number }, path, number)
  }

  /** The leases that are left once all files are read. */
  finish(): Lease[] {
    return this.#rows.values().flatMap(({ columns, text, path, line }) => {
      const row = parseRow(columns, text)
      const lease = typeof row === 'string' ? undefined : toLease(row, noSubnets)
      if (lease === undefined) {
        this.#problem(
          `Line ${line} of ${path} cannot be read: ${typeof row === 'string' ? row : 'it has no address'}`,
        )
      }
      return lease ?? []
    })
  }

  #problem(sentence: string): void {
    this.damage ??= sentence
    this.warnings.add(sentence)
  }
}

/** The file knows subnets by number only. */
const noSubnets: ReadonlyMap<number, string> = new Map()

const otherFormat =
  'Give the file that lease-database names in the configuration of Kea, such as kea-leases4.csv.'
