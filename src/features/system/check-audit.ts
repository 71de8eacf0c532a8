import { readHead } from '#features/audit/chain-queries.ts'
import { checkHead } from '#features/audit/chain-head.ts'
import { newestCheckpoint } from '#features/audit/known-checkpoints.ts'
import { readLine } from '#features/audit/page-queries.ts'
import { createSecretBox } from '#features/access/secret-box.ts'
import type { Context } from '#features/context.ts'
import { readKeys } from '#features/system/check-key-file.ts'
import { type Check, ok, problem, warning } from '#features/system/check.ts'

const name = 'audit'

/** Whether the end of the audit trail is ours and fits the newest checkpoint; all of it is for `audit verify`. */
export async function checkAudit(
  { reports, config }: Pick<Context, 'reports' | 'config'>,
  signal: AbortSignal,
): Promise<Check[]> {
  const head = await readHead(reports)
  const [first, ...others] = (await readKeys(config).catch(() => undefined)) ?? []
  // Without keys there is nothing to check with, and the look at the key file has said so.
  if (first && checkHead(createSecretBox([first, ...others]), head) !== 'good')
    return [problem(name, 'The end of the audit trail is not signed with a key of the key file', remedy)]
  const newest = await newestCheckpoint({ config }, signal)
  if (newest === undefined)
    return [
      head.id === 0
        ? ok(name, 'Nothing is in the audit trail yet')
        : warning(
            name,
            `${config.audit.checkpointFile} holds no checkpoint of the audit trail`,
            'A running server writes one by itself; now: rollcall audit checkpoint',
          ),
    ]
  const there = newest.id === head.id ? head : await readLine(reports, newest.id)
  if (newest.database !== head.databaseId || newest.id > head.id || (there && there.hash !== newest.hash))
    return [
      problem(
        name,
        `The audit trail is not the one of the checkpoint of ${newest.at}: the database was restored from a backup, or changed`,
        remedy,
      ),
    ]
  return [ok(name, `${head.id} lines, the newest checkpoint is of ${newest.at} and line ${newest.id}`)]
}

const remedy =
  'rollcall audit verify says more; after restoring a backup: rollcall audit checkpoint --restored'
