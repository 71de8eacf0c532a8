import { AppError } from '#kernel/errors.ts'
import { mapBounded } from '#kernel/map-bounded.ts'
import { openAgent } from '#sources/snmp/open-agent.ts'
import { targetsOf, type SnmpSettings, type Target } from '#sources/snmp/settings.ts'
import { readSystem } from '#sources/snmp/system-group.ts'
import { createTables } from '#sources/snmp/tables.ts'
import type { SourceCheck, SourceTest } from '#sources/source.ts'

/** A test is done within a minute: of long lists the first are tried. */
const mostTargets = 64
const mostNamed = 8

/** One table that a reading needs, by a column that every row has. */
const probes = [
  { name: 'Read interfaces', oids: ['1.3.6.1.2.1.2.2.1.2'] },
  { name: 'Read neighbours (LLDP, CDP)', oids: ['1.0.8802.1.1.2.1.4.1.1.5', '1.3.6.1.4.1.9.9.23.1.2.1.1.6'] },
  { name: 'Read forwarding tables', oids: ['1.3.6.1.2.1.17.7.1.2.2.1.2', '1.3.6.1.2.1.17.4.3.1.2'] },
  { name: 'Read address tables (ARP)', oids: ['1.3.6.1.2.1.4.22.1.2', '1.3.6.1.2.1.4.35.1.4'] },
  { name: 'Read hardware and serial numbers', oids: ['1.3.6.1.2.1.47.1.1.1.1.5'] },
] as const

const fixes: Partial<Record<(typeof probes)[number]['name'], string>> = {
  'Read neighbours (LLDP, CDP)':
    'Switch LLDP on, and let the view of this login include 1.0.8802 (LLDP-MIB): without it ways between switches are told by their tables alone.',
  'Read interfaces': 'Let the view of this login include 1.3.6.1.2.1.2 and 1.3.6.1.2.1.31.',
}

interface Answer {
  target: Target
  name?: string
  /** Whether each probe has a row. */
  has?: boolean[]
  error?: AppError
}

async function probe(settings: SnmpSettings, target: Target, signal: AbortSignal): Promise<Answer> {
  const agent = openAgent({ ...settings, record: undefined }, target.name)
  try {
    const system = await readSystem(createTables(agent, target.name, settings.maxRows, signal))
    const has: boolean[] = []
    for (const { oids } of probes) {
      let any = false
      for (const oid of oids) any ||= (await agent.walk(oid, 1, signal)).rows.size > 0
      has.push(any)
    }
    return { target, name: system.name ?? target.name, has }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof AppError)) throw error
    return { target, error }
  } finally {
    await agent.close()
  }
}

const listed = (names: readonly string[]): string =>
  names.length > mostNamed
    ? `${names.slice(0, mostNamed).join(', ')} and ${names.length - mostNamed} more`
    : names.join(', ')

/** Asks each target for a little of everything that a reading needs. */
export async function tryOut(settings: SnmpSettings, signal: AbortSignal): Promise<SourceTest> {
  const all = targetsOf(settings)
  const targets = all.slice(0, mostTargets)
  const answers = await mapBounded(targets, settings.parallel, (target) => probe(settings, target, signal))
  const there = answers.filter((each) => each.error === undefined)
  const failed = answers.filter((each) => each.error !== undefined && isWorthAWord(each))
  if (there.length === 0)
    throw (
      failed[0]?.error ?? new AppError('SOURCE_TIMEOUT', `None of ${targets.length} addresses answered SNMP`)
    )
  const checks = [reach(there, failed), ...probes.map((each, index) => look(each.name, there, index))]
  const skipped = all.length - targets.length
  return {
    message: `${there.length} of ${targets.length} targets answered SNMP ${settings.replay === undefined ? settings.version : 'from recordings'}: ${listed(there.map((each) => each.name!))}.`,
    warnings: [
      ...failed.map((each) => `${each.error!.message}.`).slice(0, mostNamed),
      ...(skipped > 0 ? [`${skipped} further targets were not tried.`] : []),
    ],
    checks,
  }
}

const isWorthAWord = ({ target, error }: Answer): boolean =>
  target.isNamed || !['SOURCE_TIMEOUT', 'SOURCE_FILE_UNREADABLE'].includes(error!.code)

function reach(there: readonly Answer[], failed: readonly Answer[]): SourceCheck {
  const name = 'Reach the targets'
  if (failed.length === 0) return { name, result: 'ok', detail: `${there.length} answered` }
  const hint = failed[0]!.error!.hint
  return {
    name,
    result: 'limited',
    detail: `${listed(failed.map((each) => each.target.name))} did not`,
    ...(hint === undefined ? {} : { fix: hint }),
  }
}

/** Which of those that answered have rows in a table. That one has none may be as it is: a server has no forwarding table. */
function look(name: (typeof probes)[number]['name'], there: readonly Answer[], index: number): SourceCheck {
  const without = there.filter((each) => !each.has![index]).map((each) => each.name!)
  if (without.length === 0) return { name, result: 'ok', detail: `all ${there.length} have them` }
  const fix = fixes[name]
  const detail =
    without.length === there.length
      ? 'none of them tells any'
      : `${there.length - without.length} tell them, not ${listed(without)}`
  return { name, result: 'limited', detail, ...(fix === undefined ? {} : { fix }) }
}
