import type { BadLine } from '#features/audit/bad-line.ts'
import { checkHead } from '#features/audit/chain-head.ts'
import { readHead } from '#features/audit/chain-queries.ts'
import { checkpointsOf } from '#features/audit/known-checkpoints.ts'
import type { KnownCheckpoints } from '#features/audit/known-checkpoints.ts'
import { readRanges } from '#features/audit/page-queries.ts'
import { keptFrom } from '#features/audit/range-record.ts'
import type { KeptFrom } from '#features/audit/range-record.ts'
import { resumeAt, walkChain } from '#features/audit/walk-chain.ts'
import type { Walked } from '#features/audit/walk-chain.ts'
import type { Context } from '#features/context.ts'

type Part = Pick<Context, 'reports' | 'engine' | 'clock' | 'config' | 'secrets'>

/** Whether the trail is whole. */
export interface AuditVerdict {
  ok: boolean
  /** Lines that were ever written. */
  events: number
  /** Lines that were read and hashed. */
  checked: number
  firstBad: BadLine | null
  /** Marks of the checkpoint file that were compared. */
  checkpoints: number
  /** Signed records of lines that retention removed. */
  ranges: number
  /** proved: the newest checkpoint names the last line. */
  tail: 'proved' | 'unproved'
  /** The last line that a checkpoint outside of the database vouches for; later ones have only the database's own word. */
  provedUntil: number
  seconds: number
}

/**
 * Reads the whole trail, or what follows the newest checkpoint at or before `from`, and checks that it is what
 * Rollcall wrote: places without gaps, every hash, the signed end, removed words and removed lines by what tells of
 * them, and every checkpoint outside of the database. It delays nobody: long reads go through `reports`, page by page.
 */
export async function verifyAudit(
  context: Part,
  { from }: { from?: number | undefined },
  signal: AbortSignal,
): Promise<AuditVerdict> {
  const begun = context.clock.monotonic()
  const attempt = () => verifyOnce(context, from, signal)
  let verdict = await attempt()
  // Retention or a purge in the middle of the reading looks like tampering; twice the same is no coincidence.
  for (let again = 0; !verdict.ok && again < 2; again += 1) {
    const next = await attempt()
    if (next.ok || next.firstBad?.id === verdict.firstBad?.id) {
      verdict = next
      break
    }
    verdict = next
  }
  return { ...verdict, seconds: Math.round(context.clock.monotonic() - begun) / 1_000 }
}

/** Without its end nothing else can be compared. */
const endGone: Omit<AuditVerdict, 'seconds'> = {
  ok: false,
  events: 0,
  checked: 0,
  firstBad: { id: 1, reason: 'deleted: what tells where the trail ends is gone' },
  checkpoints: 0,
  ranges: 0,
  tail: 'unproved',
  provedUntil: 0,
}

async function verifyOnce(
  context: Part,
  from: number | undefined,
  signal: AbortSignal,
): Promise<Omit<AuditVerdict, 'seconds'>> {
  const { reports, secrets, config } = context
  const head = await readHead(reports)
  if (head.hash === '') return endGone
  const ranges = await readRanges(reports)
  const known = await checkpointsOf(config.audit.checkpointFile, secrets, head, signal)
  const kept = keptFrom(secrets, head.databaseId, ranges)
  const found: BadLine[] = [...known.bad]
  let walked: Walked = { checked: 0, end: { id: 0, hash: '' }, bad: undefined }
  if ('bad' in kept) found.push(kept.bad)
  else {
    const start = await resumeAt(context, kept, known, from, signal)
    walked = await walkChain(context, start, { head, known }, signal)
    if (walked.bad) found.push(walked.bad)
    found.push(...aroundTheWalk(head, kept, walked, known))
  }
  if (checkHead(secrets, head) !== 'good') found.push(unsignedEnd(head, known, walked))
  const firstBad = found.reduce<BadLine | null>(
    (least, each) => (!least || each.id < least.id ? each : least),
    null,
  )
  const provedUntil = provedBy(known, head, firstBad)
  return {
    ok: firstBad === null,
    events: head.id,
    checked: walked.checked,
    firstBad,
    checkpoints: known.count,
    ranges: ranges.length,
    tail: known.newest && provedUntil === head.id ? 'proved' : 'unproved',
    provedUntil,
  }
}

type Head = Awaited<ReturnType<typeof readHead>>

function aroundTheWalk(head: Head, kept: KeptFrom, walked: Walked, known: KnownCheckpoints): BadLine[] {
  const found: BadLine[] = []
  const first = head.firstLine
  if (first !== null && first <= kept.removedUntil)
    found.push({ id: first, reason: 'inserted: retention removed the lines up to here long ago' })
  if (head.lastLine !== null && head.lastLine > head.id)
    found.push({ id: head.id + 1, reason: 'inserted: it stands after the end of the trail' })
  if (!walked.bad && walked.end.hash !== head.hash)
    found.push({ id: head.id, reason: 'edited: the end of the trail names another hash for its last line' })
  const { newest } = known
  if (known.marks.some((mark) => mark.id === kept.removedUntil && mark.hash !== kept.hash))
    found.push({
      id: kept.removedUntil,
      reason: 'range record forged: its last line is not the one that a checkpoint names',
    })
  if (newest && newest.id > head.id)
    found.push({
      id: head.id + 1,
      reason: `tail cut: the database is older than the checkpoint of line ${newest.id} (${newest.at}): restored from a backup or truncated. After restoring a backup: rollcall audit checkpoint --restored`,
    })
  return found
}

/** Where every hash fits and the signature does not, all that no checkpoint vouches for may have been rewritten. */
const unsignedEnd = (head: Head, known: KnownCheckpoints, walked: Walked): BadLine => ({
  id: Math.min(head.id, (known.provedUntil(head.id) ?? 0) + 1, ...(walked.bad ? [walked.bad.id] : [])) || 1,
  reason:
    walked.bad?.reason ??
    'rewritten as a whole: the end of the trail is not signed by Rollcall, so any line from here on may be another',
})

function provedBy(known: KnownCheckpoints, head: Head, firstBad: BadLine | null): number {
  const until = firstBad ? Math.min(head.id, firstBad.id - 1) : head.id
  return Math.max(0, known.provedUntil(until) ?? 0)
}
