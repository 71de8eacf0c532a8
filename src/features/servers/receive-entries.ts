import type { Context } from '#features/context.ts'
import { knownServers } from '#features/servers/known-servers.ts'
import { placeInTime } from '#features/servers/place-in-time.ts'
import { forgetTold, passOnTold } from '#features/servers/pass-on-told.ts'
import type { Reading, Receipt, Refusal, Sender } from '#features/servers/receipt.ts'
import { countRefused } from '#features/servers/refused-readings.ts'
import { seriesBudget } from '#features/servers/series-budget.ts'
import { settleUnknown } from '#features/servers/settle-unknown.ts'
import { toldFacts } from '#features/servers/told-facts.ts'
import { visibleServers } from '#features/servers/visible-servers.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import type { Entry } from '#model/sample.ts'

type Part = Pick<Context, 'db' | 'engine' | 'clock' | 'config' | 'events' | 'metrics'>

/**
 * Takes readings of servers, whichever way they came: resolves when the good ones are on disk, and names those that
 * were not taken. Servers that nobody made are made where the configuration says so. Throws BUSY with a time to try
 * again when too many wait.
 */
export async function receiveEntries(
  context: Part,
  sender: Sender,
  readings: readonly Reading[],
): Promise<Receipt> {
  const known = knownServers(context)
  const received = toMilliseconds(context.clock.now())
  const rejected: Refusal[] = []
  const budget = seriesBudget(context)
  if (readings.some(({ subject }) => !known.isFresh(subject))) await settleUnknown(context, sender, readings)
  const visible = await visibleServers(context, sender.actor, readings)
  const entries: Entry[] = []
  let accepted = 0
  for (const [index, reading] of readings.entries()) {
    const server = known.get(reading.subject)
    const refusal = refusalOf(sender, reading) ?? (server && visible(server) ? undefined : unknown(reading))
    if (refusal !== undefined || server === undefined) {
      rejected.push({ index, ...refusal! })
      continue
    }
    const placed = placeInTime(server, reading, received, context.config.monitoring)
    if ('refusal' in placed) rejected.push({ index, ...placed.refusal })
    else accepted += 1
    if (!placed.entry) continue
    const { extra, refusal: tooMany } = budget.admit(
      reading.subject,
      placed.entry.extra,
      received,
      context.config.monitoring,
    )
    if (tooMany) rejected.push({ index, ...tooMany })
    entries.push({ ...placed.entry, extra, told: passOnTold(server, reading, received) })
  }
  try {
    if (entries.length > 0) await context.metrics.append(entries)
  } catch (error) {
    // Nobody heard what they told, so it is news the next time.
    for (const { subject, told } of entries) if (told) forgetTold(known.get(subject))
    throw error
  }
  for (const { subject, told } of entries) if (told?.facts) toldFacts(context).set(subject, told.facts)
  countRefused(context, rejected)
  return { accepted, rejected }
}

type Reason = Omit<Refusal, 'index'>

function refusalOf(sender: Sender, { subject }: Reading): Reason | undefined {
  if (sender.server !== undefined && sender.server !== subject)
    return {
      code: 'FORBIDDEN',
      path: 'server_id',
      value: subject,
      expected: `${sender.server}: the key is of that server`,
    }
  return undefined
}

const unknown = ({ subject }: Reading): Reason => ({
  code: 'NOT_FOUND',
  path: 'server_id',
  value: subject,
  expected:
    'a server that exists: make it with `rollcall server create`, or set monitoring.register to automatic',
})
