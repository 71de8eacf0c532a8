import { hash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ChainHead } from '#features/audit/chain-head.ts'
import { explainBreak } from '#features/audit/explain-break.ts'
import type { KnownCheckpoints } from '#features/audit/known-checkpoints.ts'
import { purgesAcross, readLine, readPage, readPurged } from '#features/audit/page-queries.ts'
import type { Place } from '#features/audit/page-queries.ts'
import { addPurged, purgeOperation } from '#features/audit/purge-digest.ts'
import type { PurgeState } from '#features/audit/purge-digest.ts'
import type { KeptFrom } from '#features/audit/range-record.ts'
import type { BadLine } from '#features/audit/bad-line.ts'
import type { Context } from '#features/context.ts'

type Part = Pick<Context, 'reports' | 'engine'>

/** Lines of one page: some milliseconds of hashing, after which others have their turn. */
const pageLines = 1_000

/** Hexadecimal digits of a hash, and the line feed after it. */
const hashBytes = 64
const stride = hashBytes + 1

/** Where a walk begins: after this line. */
export interface Start {
  id: number
  hash: string
  purged: Map<number, PurgeState>
  bad?: BadLine | undefined
}

/** How far a walk came. */
export interface Walked {
  checked: number
  end: { id: number; hash: string }
  bad: BadLine | undefined
}

/** The beginning of what is kept, or the newest checkpoint at or before `from`. */
export async function resumeAt(
  { reports, engine }: Part,
  kept: KeptFrom,
  known: KnownCheckpoints,
  from: number | undefined,
  signal: AbortSignal,
): Promise<Start> {
  const beginning = { id: kept.removedUntil, hash: kept.hash, purged: new Map(kept.purged) }
  const mark = known.marks.findLast(({ id }) => id <= (from ?? 0) && id > kept.removedUntil)
  if (!mark) return beginning
  const purged = new Map<number, PurgeState>()
  for (const removedBy of await purgesAcross(reports, mark.id)) {
    const state = await sumUp({ reports, engine }, removedBy, mark.id, kept.purged.get(removedBy), signal)
    if (state) purged.set(removedBy, state)
  }
  const line = await readLine(reports, mark.id)
  const bad =
    line?.hash === mark.hash
      ? undefined
      : { id: mark.id, reason: 'edited: it is not the line that its checkpoint names' }
  return { id: mark.id, hash: mark.hash, purged, bad }
}

/** What one purge left of lines up to one of them. */
async function sumUp(
  { reports, engine }: Part,
  removedBy: number,
  until: number,
  before: PurgeState | undefined,
  signal: AbortSignal,
): Promise<PurgeState | undefined> {
  let state = before
  for (let after = 0; ;) {
    const part = { removedBy, after, until, limit: pageLines }
    const { bytes, places } = await readPurged(reports, engine, part, signal)
    let at = 0
    for (const { id, textBytes, hashBytes: own } of places) {
      const end = at + textBytes
      state = addPurged(state, id, bytes.toString('latin1', end, end + own), bytes.subarray(at, end))
      at = end + own + 1
      after = id
    }
    if (places.length < pageLines) return state
  }
}

/** Reads lines from the start to the end of the chain, the next page while this one is hashed, up to the first bad one. */
export async function walkChain(
  { reports, engine }: Part,
  start: Start,
  { head, known }: { head: ChainHead; known: KnownCheckpoints },
  signal: AbortSignal,
): Promise<Walked> {
  if (start.bad) return { checked: 0, end: start, bad: start.bad }
  const walk = new Walk(start, known)
  const read = (after: number) =>
    readPage(reports, engine, { after, until: head.id, limit: pageLines }, signal)
  let page = read(start.id)
  for (;;) {
    const { bytes, places } = await page
    if (places.length === pageLines) page = read(places.at(-1)!.id)
    const broken = walk.take(bytes, places)
    if (broken) {
      await page.catch(() => {})
      const reason = broken.reason ?? (await explainBreak(reports, broken.id, walk.hash, head))
      return { checked: walk.checked, end: walk, bad: { id: broken.id, reason } }
    }
    for (const told of walk.toldPurges()) {
      const bad = purgeComplaint(told, await readLine(reports, told.id))
      if (bad) return { checked: walk.checked, end: walk, bad }
    }
    if (places.length < pageLines) break
    await nextTurn()
  }
  if (walk.id < head.id)
    return {
      checked: walk.checked,
      end: walk,
      bad: { id: walk.id + 1, reason: `tail cut: lines ${walk.id + 1} to ${head.id} are missing` },
    }
  return { checked: walk.checked, end: walk, bad: walk.untoldPurge() }
}

interface ToldPurge {
  id: number
  state: PurgeState
}

/** What is wrong with a purge that a line should tell of. */
export function purgeComplaint(
  { id, state }: ToldPurge,
  line: { operation: string | null; details: string | null } | undefined,
): BadLine | undefined {
  const told = (
    line?.operation === purgeOperation && line.details !== null ? JSON.parse(line.details) : {}
  ) as Partial<PurgeState>
  if (told.count === state.count && told.digest === state.digest) return undefined
  return {
    id: state.first,
    reason: `edited: one of the ${state.count} lines from here on that count as purged by line ${id}, which tells of ${told.count ?? 'no'} lines or of others`,
  }
}

/** Goes along the lines and keeps what the next one has to follow. */
export class Walk {
  id: number
  hash: string
  checked = 0
  readonly #purged: Map<number, PurgeState>
  readonly #told: ToldPurge[] = []
  readonly #marks: KnownCheckpoints['marks']
  #mark: number

  constructor(start: Start, { marks }: Pick<KnownCheckpoints, 'marks'>) {
    this.id = start.id
    this.hash = start.hash
    this.#purged = start.purged
    this.#marks = marks
    this.#mark = marks.findIndex(({ id }) => id > start.id)
    if (this.#mark < 0) this.#mark = marks.length
  }

  /** The first line that is wrong; without a reason where the line itself has to be looked at. */
  take(page: Buffer, places: readonly Place[]): { id: number; reason?: string } | undefined {
    // With the hash before it in front of each text, what is hashed lies in one piece.
    const bytes = Buffer.concat([Buffer.from(`${this.hash}\n`), page])
    let at = 0
    for (const place of places) {
      const expected = this.id + 1
      const end = at + stride + place.textBytes
      if (place.id !== expected || place.hashBytes !== hashBytes) return { id: expected }
      const own = bytes.toString('latin1', end, end + hashBytes)
      if (place.removedBy === null) {
        if (hash('sha256', bytes.subarray(at, end)) !== own) return { id: expected }
      } else if (place.removedBy <= place.id)
        return { id: expected, reason: 'edited: it counts as purged before it was written' }
      else {
        const state = addPurged(this.#purged.get(place.removedBy), place.id, own, bytes.subarray(at, end))
        this.#purged.set(place.removedBy, state)
      }
      const mark = this.#passed(place.id, own)
      if (mark !== undefined)
        return {
          id: mark,
          reason: 'rewritten: the lines from here on are not those that the next checkpoint vouches for',
        }
      this.#tell(place.id)
      this.id = place.id
      this.hash = own
      this.checked += 1
      at = end
    }
    return undefined
  }

  /** The line after the last good mark, where the one that is passed names another hash. */
  #passed(id: number, own: string): number | undefined {
    while (this.#marks[this.#mark]?.id === id) {
      if (this.#marks[this.#mark]!.hash !== own) return (this.#marks[this.#mark - 1]?.id ?? 0) + 1
      this.#mark += 1
    }
    return undefined
  }

  #tell(id: number): void {
    const state = this.#purged.get(id)
    if (!state) return
    this.#purged.delete(id)
    this.#told.push({ id, state })
  }

  /** Lines passed since the last time that earlier lines name as what tells of their purge. */
  toldPurges(): ToldPurge[] {
    return this.#told.splice(0)
  }

  /** What purges left so far that are told of further on. */
  get purged(): ReadonlyMap<number, PurgeState> {
    return this.#purged
  }

  untoldPurge(): BadLine | undefined {
    const [first] = [...this.#purged].toSorted(([, left], [, right]) => left.first - right.first)
    return (
      first && {
        id: first[1].first,
        reason: `edited: it counts as purged by line ${first[0]}, which is not there`,
      }
    )
  }
}
