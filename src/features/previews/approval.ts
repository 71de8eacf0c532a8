import { z } from 'zod'
import type { Context } from '#features/context.ts'
import type { AnyJobAction } from '#features/jobs/action.ts'
import type { CheckApproval } from '#features/jobs/approve-job.ts'
import { checksumOfStored } from '#features/previews/canonical-input.ts'
import { createMerkleTree } from '#features/previews/merkle.ts'
import { approvedJob, leavesAfter } from '#features/previews/approval-queries.ts'
import type { ApprovedJob } from '#features/previews/approval-queries.ts'
import { canonicalJson, contentHash } from '#kernel/json.ts'
import { formatQuery } from '#query/format-query.ts'
import { parseQuery } from '#query/parse-query.ts'
import { subjects } from '#query/subjects.ts'

type Actions = ReadonlyMap<string, AnyJobAction>

const purpose = 'job approval'
const leavesAtOnce = 2_000

/** What an approval binds beside the rows. */
export type Bound = Omit<ApprovedJob, 'hash'>

/**
 * The text that an approval has to name: a signature over what would be done, by which catalogue, to which rows (`root`
 * is that of their Merkle tree), for whom and until when.
 */
export function approvalHash(
  { secrets }: Pick<Context, 'secrets'>,
  actions: Actions,
  bound: Bound,
  root: string,
): string {
  const { keyId, mac } = secrets.mac(purpose, boundText(actions, bound, root))
  return `${keyId}-${mac}`
}

/**
 * Whether what is stored of a job and its rows is exactly what its hash was made of: action, parameters, options, source
 * and requester, the expiry, and of every row number, key, input, version, cost, device and whether it is skipped.
 */
export const createCheckApproval =
  (actions: Actions): CheckApproval =>
  async (context, jobId, signal) => {
    const job = await approvedJob(context.db, jobId)
    if (job === undefined || job.hash === null) return false
    const { hash, ...bound } = job
    const [keyId = '', mac = ''] = hash.split('-')
    const root = await rootOfStored(context, jobId, signal)
    return context.secrets.checkMac(purpose, boundText(actions, bound, root), { keyId, mac }) === 'good'
  }

async function rootOfStored(
  { db }: Pick<Context, 'db'>,
  jobId: number,
  signal: AbortSignal,
): Promise<string> {
  const tree = createMerkleTree()
  for (let after = 0; ;) {
    signal.throwIfAborted()
    const rows = await leavesAfter(db, jobId, after, leavesAtOnce)
    for (const { input, ...leaf } of rows)
      tree.add({ ...leaf, checksum: checksumOfStored(input, leaf.checksum) })
    if (rows.length < leavesAtOnce) return tree.root()
    after = rows.at(-1)!.number
    // Others have their turn: a million rows take seconds.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function boundText(actions: Actions, bound: Bound, root: string): string {
  const { rowsFrom } = bound
  const query = rowsFrom?.kind === 'query' ? formatQuery(parseQuery(rowsFrom.q)) : null
  return canonicalJson({ ...bound, query, catalogue: catalogueVersion(actions), root })
}

const versions = new WeakMap<Actions, string>()

/** Stands for what can be asked and done: every field of queries and every action with its parameters. */
function catalogueVersion(actions: Actions): string {
  const known = versions.get(actions)
  if (known !== undefined) return known
  const fields = Object.values(subjects).map(({ name, fields: all }) => ({
    name,
    fields: all.map((field) => `${field.name}: ${field.type}`),
  }))
  const works = [...actions.values()].map((action) => ({
    name: action.name,
    subject: action.subject,
    effect: typeof action.effect === 'string' ? action.effect : null,
    parameters: z.toJSONSchema(action.parameters, { io: 'input', unrepresentable: 'any' }),
  }))
  const version = contentHash({ fields, works })
  versions.set(actions, version)
  return version
}
