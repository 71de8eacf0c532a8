import type { Context } from '#features/context.ts'
import { findAddressConflicts } from '#features/hosts/conflict-queries.ts'
import { goneByItself, resolveFindings } from '#features/hosts/finding-queries.ts'
import { openFindings } from '#features/hosts/findings.ts'
import { tellResolved } from '#features/hosts/tell-findings.ts'
import { findAnswered, findSettledIdentities, listOpenAddresses } from '#features/hosts/settled-queries.ts'

type Tools = Pick<Context, 'db' | 'reports' | 'engine' | 'clock' | 'events'>

/**
 * What only the end of a run can tell, when it is known what was not seen again: which addresses two machines claim,
 * and which findings have settled themselves. Tells whoever listens.
 */
export async function settleFindings(tools: Tools, runId: number | null): Promise<void> {
  const { db, engine, events } = tools
  // A long read over all hosts must not stand in the way of pages.
  const conflicts = await findAddressConflicts(tools.reports, engine)
  const claimed = new Set(conflicts.map((conflict) => conflict.subject))
  const open = await listOpenAddresses(db)
  const known = new Set(open.map((finding) => finding.subject))
  const fresh = conflicts.filter((conflict) => !known.has(conflict.subject))
  const gone = [
    ...open.filter((finding) => !claimed.has(finding.subject)).map((finding) => finding.id),
    ...(await findSettledIdentities(db, engine)),
    ...(await findAnswered(db)),
  ]
  if (fresh.length === 0 && gone.length === 0) return
  const now = tools.clock.now()
  const { opened, resolved } = await db.transaction().execute(async (transaction) => ({
    resolved: await resolveFindings(transaction, engine, gone, now, goneByItself),
    opened: await openFindings(transaction, { engine, now }, runId, fresh),
  }))
  if (opened > 0) events.publish({ topic: 'finding.opened', at: now, data: { count: opened } })
  tellResolved({ events }, now, resolved)
}
