import { costServers } from '#features/cost/cost-queries.ts'
import { budgetOf, daysOf } from '#features/cost/day-costs.ts'
import { daysApart } from '#features/cost/local-days.ts'
import { listTariffs } from '#features/cost/tariff-queries.ts'
import type { Call } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'

/** Servers that are read in one go. */
const together = 500
/** Lines of one file; it is made in memory. */
const mostLines = 400_000
/** Milliseconds that days which are not worked out yet may take. */
const patience = 5_000

const columns = [
  'server',
  'name',
  'day',
  'kwh',
  'currency',
  'cents',
  'low_cents',
  'high_cents',
  'seconds_on',
  'seconds_measured',
  'seconds_partial',
  'seconds_estimated',
]

/** What each server cost on each day, as CSV: by server, then by day. */
export async function exportCosts(
  call: Call,
  period: { from: string; to: string },
  signal: AbortSignal,
): Promise<{ csv: string; missing: number }> {
  const tariffs = await listTariffs(call.db)
  const budget = budgetOf(call, patience)
  const lines = [columns.join(',')]
  let missing = 0
  for (let after: string | undefined; ;) {
    signal.throwIfAborted()
    const servers = await costServers(call.db, call.engine, call.actor, { after, limit: together })
    const names = new Map(servers.map(({ id, name }) => [id, name]))
    const found = await daysOf(call, tariffs, servers, period, signal, budget)
    missing += found.missing
    const days = found.days.toSorted(
      (one, other) => order(one.serverId, other.serverId) || order(one.day, other.day),
    )
    for (const day of days)
      lines.push(
        [
          day.serverId,
          names.get(day.serverId) ?? '',
          day.day,
          day.kwh,
          day.currency,
          day.cents,
          day.lowCents,
          day.highCents,
          day.secondsOn,
          day.secondsMeasured,
          day.secondsPartial,
          day.secondsEstimated,
        ]
          .map(cell)
          .join(','),
      )
    if (lines.length > mostLines) throw tooLong(period)
    if (servers.length < together) return { csv: [...lines, ''].join('\r\n'), missing }
    after = servers.at(-1)!.id
  }
}

const order = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

const tooLong = ({ from, to }: { from: string; to: string }) =>
  new AppError('INPUT_INVALID', `What servers cost in this period takes more than ${mostLines} lines`, {
    complaints: [
      { path: 'from', value: from, expected: `fewer than the ${daysApart(from, to)} days asked for` },
    ],
  })

/** A value of CSV that no spreadsheet takes for a formula. */
const cell = (value: string | number | null): string => {
  if (value === null) return ''
  if (typeof value === 'number') return String(Number(value.toFixed(6)))
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
