import type { AuditSigner, ChainHead } from '#features/audit/chain-head.ts'
import { checkCheckpoint, readCheckpoints } from '#features/audit/checkpoint-file.ts'
import type { Checkpoint, CheckpointLine } from '#features/audit/checkpoint-file.ts'
import type { BadLine } from '#features/audit/bad-line.ts'
import type { Context } from '#features/context.ts'

/** What the checkpoint file says of a chain. */
export interface KnownCheckpoints {
  /** Signed lines of the file that still count. */
  count: number
  /** Of each line that a mark names, its hash; ids ascend. */
  marks: readonly Pick<Checkpoint, 'id' | 'hash'>[]
  newest: Checkpoint | undefined
  /** What is wrong with the file itself. */
  bad: readonly BadLine[]
  /** The greatest line up to the given one that a mark names. */
  provedUntil(id: number): number | undefined
}

/** Reads and checks the checkpoint file against itself. */
export async function checkpointsOf(
  file: string,
  signer: AuditSigner,
  head: ChainHead,
  signal: AbortSignal,
): Promise<KnownCheckpoints> {
  const bad: BadLine[] = []
  let counting: Checkpoint[] = []
  for await (const line of readCheckpoints(file, signal)) {
    const { checkpoint } = line
    const isOurs = checkpoint && checkCheckpoint(signer, checkpoint) === 'good'
    if (isOurs && checkpoint.kind === 'restored') {
      // What a person declared void, and marks whose keys are gone, count no more.
      counting = counting.filter(
        (each) => each.database === checkpoint.database && each.id <= checkpoint.after!,
      )
      bad.length = 0
    }
    const problem = isOurs ? brokenLink(line, checkpoint) : forged(line)
    if (problem) bad.push(problem)
    if (isOurs) counting.push(checkpoint)
  }
  const newest = counting.at(-1)
  if (newest && newest.database !== head.databaseId)
    bad.push({ id: 1, reason: 'replaced: the checkpoint file belongs to another database than this one' })
  const marks = counting.filter((each) => each.database === head.databaseId)
  bad.push(...backwards(marks))
  return {
    count: marks.length,
    marks: marks.toSorted((left, right) => left.id - right.id),
    newest: newest?.database === head.databaseId ? newest : undefined,
    bad,
    provedUntil: (id) => marks.findLast((each) => each.id <= id)?.id,
  }
}

const forged = ({ number, checkpoint }: CheckpointLine): BadLine => ({
  id: checkpoint?.id ?? 1,
  reason: `checkpoint forged: line ${number} of the checkpoint file is not signed by Rollcall`,
})

const brokenLink = (line: CheckpointLine, { id, previous }: Checkpoint): BadLine | undefined =>
  line.previous === previous
    ? undefined
    : {
        id,
        reason: `checkpoint missing: line ${line.number} of the checkpoint file does not follow the one before`,
      }

function backwards(marks: readonly Checkpoint[]): BadLine[] {
  const index = marks.findIndex((each, place) => place > 0 && each.id < marks[place - 1]!.id)
  if (index < 0) return []
  return [{ id: marks[index]!.id, reason: 'checkpoint forged: the checkpoint file goes back without a word' }]
}

/** The last line of the checkpoint file; undefined where there is none. */
export async function newestCheckpoint(
  { config }: Pick<Context, 'config'>,
  signal: AbortSignal,
): Promise<Checkpoint | undefined> {
  let newest: Checkpoint | undefined
  for await (const { checkpoint } of readCheckpoints(config.audit.checkpointFile, signal)) newest = checkpoint
  return newest
}
