import { termsOf, crosses } from '#features/alerts/alert-rule.ts'
import { loadExpected } from '#features/alerts/expected-service-queries.ts'
import { measureOf, type Evidence } from '#features/alerts/measure-rule.ts'
import type { Proposed } from '#features/alerts/preview-rule.ts'
import { serversOfRule } from '#features/alerts/rule-subject-queries.ts'
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
  const ids = await serversOfRule(call, rule)
  const terms = termsOf(rule)
  const measure = measureOf(rule.condition)
  if (measure.of === 'check')
    return {
      servers: ids.length,
      matches: [],
      total: 0,
      note: 'It is about checks; see check.list for how they are',
    }
  const servers = new Map((await loadServers(call, ids)).map((row) => [row.id, toWatched(row)]))
  const latest = await call.metrics.latest(ids)
  const evidence: Evidence = {
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
    checks: new Map(),
    expected: await loadExpected(call.db),
    forecasts: new Map(),
    skews: new Map(),
    statusChanges: () => 0,
    now: toMilliseconds(call.clock.now()),
  }
  const matches: RuleTest['matches'] = []
  for (const server of servers.values()) {
    const take = (part: string, value: number | undefined): void => {
      if (value === undefined) return
      const level = terms.levels.findLast(({ threshold }) => crosses(terms.operator, value, threshold))
      if (level) matches.push({ server: server.id, name: server.name, part, value, severity: level.severity })
    }
    if ('one' in measure) take('', measure.one(server, evidence))
    else measure.many(server, evidence, take)
  }
  return { servers: ids.length, matches: matches.slice(0, shown), total: matches.length, note: noteOf(rule) }
}

/** What only the node that watches knows. */
const remembered = new Set(['filesystem_full_hours', 'clock_skew_seconds', 'server_flapping'])

const noteOf = ({ condition }: Proposed): string | null =>
  condition.on === 'state' && remembered.has(condition.state)
    ? 'This is worked out over time by the node that watches; a test cannot tell it'
    : null
