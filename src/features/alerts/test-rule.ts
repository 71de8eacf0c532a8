import { termsOf, crosses } from '#features/alerts/alert-rule.ts'
import { loadExpected } from '#features/alerts/expected-service-queries.ts'
import { measureOf, type Evidence } from '#features/alerts/measure-rule.ts'
import type { Proposed } from '#features/alerts/preview-rule.ts'
import { checksOfRule, serversOfRule } from '#features/alerts/rule-subject-queries.ts'
import { loadChecks } from '#features/checks/check-queries.ts'
import { plannedChecks, toWatchedCheck } from '#features/checks/planned-check.ts'
import type { Severity } from '#features/notices/notice.ts'
import type { Call } from '#features/operation.ts'
import { loadServers } from '#features/status/status-queries.ts'
import { toWatched } from '#features/status/watched-server.ts'
import { toMilliseconds } from '#kernel/clock.ts'

/** What a rule finds at this moment, without waiting for how long it lasts. */
export interface RuleTest {
  servers: number
  matches: { server: string; name: string; part: string; value: number; severity: Severity }[]
  total: number
  note: string | null
}

const shown = 100

export async function testRule(call: Call, rule: Proposed): Promise<RuleTest> {
  const measure = measureOf(rule.condition)
  const found = measure.of === 'server' ? await serversNow(call, rule) : await checksNow(call, rule)
  const evidence = await evidenceOf(call, found)
  const terms = termsOf(rule)
  const matches: RuleTest['matches'] = []
  const take = (server: string, name: string, part: string, value: number | undefined): void => {
    if (value === undefined) return
    const level = terms.levels.findLast(({ threshold }) => crosses(terms.operator, value, threshold))
    if (level) matches.push({ server, name, part, value, severity: level.severity })
  }
  if (measure.of === 'check')
    for (const check of found.checks.values())
      take(`check:${check.id}`, check.name, '', measure.one(check, evidence))
  else
    for (const server of found.servers.values())
      if ('one' in measure) take(server.id, server.name, '', measure.one(server, evidence))
      else measure.many(server, evidence, (part, value) => take(server.id, server.name, part, value))
  return {
    servers: found.servers.size + found.checks.size,
    matches: matches.slice(0, shown),
    total: matches.length,
    note: noteOf(rule),
  }
}

type Found = Pick<Evidence, 'servers' | 'checks'>

async function serversNow(call: Call, rule: Proposed): Promise<Found> {
  const rows = await loadServers(call, await serversOfRule(call, rule))
  return { servers: new Map(rows.map((row) => [row.id, toWatched(row)])), checks: new Map() }
}

async function checksNow(call: Call, rule: Proposed): Promise<Found> {
  const wanted = new Set((await checksOfRule(call, rule)).map(({ id }) => id))
  const planned = plannedChecks(await loadChecks(call.db)).filter(({ row }) => wanted.has(row.id))
  return { servers: new Map(), checks: new Map(planned.map((each) => [each.row.id, toWatchedCheck(each)])) }
}

async function evidenceOf(call: Call, { servers, checks }: Found): Promise<Evidence> {
  const subjects = [...servers.keys(), ...[...checks.keys()].map((id) => `check:${id}`)]
  const latest = await call.metrics.latest(subjects)
  return {
    head: {
      latest(subject) {
        const found = latest.get(subject)
        return found && { ...found, received: found.at }
      },
      recent: (subject, metric) => {
        const found = latest.get(subject)
        const value = found?.values[metric]
        return found === undefined || value === undefined
          ? { times: [], values: [] }
          : { times: [found.at], values: [value] }
      },
      subjects: () => latest.keys(),
    },
    servers,
    checks,
    expected: await loadExpected(call.db),
    forecasts: new Map(),
    skews: new Map(),
    statusChanges: () => 0,
    now: toMilliseconds(call.clock.now()),
  }
}

/** What only the node that watches knows. */
const remembered = new Set(['filesystem_full_hours', 'clock_skew_seconds', 'server_flapping'])

function noteOf({ condition }: Proposed): string | null {
  if (condition.on === 'metric')
    return condition.aggregate === 'last'
      ? null
      : 'A test looks at the newest values only, not at what the window makes of them; rule.preview does'
  return remembered.has(condition.state)
    ? 'This is worked out over time by the node that watches; a test cannot tell it'
    : null
}
