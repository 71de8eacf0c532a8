import type { Selectable } from 'kysely'
import type { AlertsTable } from '#database/schema-alerts.ts'
import { loadCells, loadOpenAlerts } from '#features/alerts/alert-memory-queries.ts'
import type { AlertRule } from '#features/alerts/alert-rule.ts'
import { knownChannels, listPolicies } from '#features/alerts/escalation-queries.ts'
import type { EscalationPolicy } from '#features/alerts/escalation-shapes.ts'
import { putToWork, type RuleAtWork } from '#features/alerts/evaluate-rules.ts'
import { loadExpected } from '#features/alerts/expected-service-queries.ts'
import {
  fingerprintOf,
  type OpenAlert,
  type OpenState,
  type Suppression,
} from '#features/alerts/open-alert.ts'
import { listRules } from '#features/alerts/rule-queries.ts'
import { selectAgain, type Selection } from '#features/alerts/select-subjects.ts'
import { listSilences, type StoredSilence } from '#features/alerts/silence-queries.ts'
import { loadCell } from '#features/alerts/step-cell.ts'
import type { Context } from '#features/context.ts'
import type { Severity } from '#features/notices/notice.ts'
import { toMilliseconds } from '#kernel/clock.ts'

/** A silence with whom it is about. */
export interface Silence extends StoredSilence {
  selection: Selection
}

/** What people said: rules, silences, escalations, expectations. */
export interface Wishes {
  works: RuleAtWork[]
  silences: Silence[]
  policies: EscalationPolicy[]
  /** The channels that are told where no escalation says otherwise. */
  channels: number[]
  expected: ReadonlyMap<string, readonly string[]>
}

/** All that the node that watches remembers of alerts. */
export interface Memory extends Wishes {
  /** By fingerprint. */
  open: Map<string, OpenAlert>
}

/** How often the clocks of cells are kept: after a restart at most so much of the time before counts. */
export const keepClocksEvery = 60_000

type Parts = Pick<Context, 'db' | 'reports' | 'engine' | 'clock' | 'log' | 'metrics'>

/** Reads what people said. Cells of rules that ask the same as before stay as they are. */
export async function loadWishes(context: Parts, before: readonly RuleAtWork[] = []): Promise<Wishes> {
  const { db, clock } = context
  const rules = (await listRules(db)).filter(({ enabled }) => enabled)
  const works: RuleAtWork[] = []
  for (const rule of rules) works.push(await workOf(context, rule, before))
  const silences: Silence[] = []
  for (const silence of await listSilences(db, { after: clock.now() }))
    silences.push({
      ...silence,
      selection: await selectAgain(context, { ...silence, what: `silence ${silence.id}` }),
    })
  return {
    works,
    silences,
    policies: await listPolicies(db),
    channels: await knownChannels(db),
    expected: await loadExpected(db),
  }
}

async function workOf(context: Parts, rule: AlertRule, before: readonly RuleAtWork[]): Promise<RuleAtWork> {
  const selection = await selectAgain(context, { ...rule, what: `rule ${rule.name}` })
  const known = before.find((work) => work.rule.id === rule.id)
  if (known?.rule.version === rule.version) return { ...known, selection }
  const work = putToWork(rule, selection)
  if (known === undefined) return work
  // A rule that was changed goes on with what is open by it; how long anything has lasted is measured anew.
  const isSame = JSON.stringify(known.rule.condition) === JSON.stringify(rule.condition)
  const { levels } = work.terms
  for (const [subject, cells] of known.cells)
    for (const cell of cells.values()) {
      if (cell.level > levels.length) cell.level = levels.length
      if (!isSame || cell.rising.length !== levels.length) cell.rising = levels.map(() => -1)
      work.cells.set(subject, cells)
    }
  return work
}

/** Reads everything: at a start, and whenever what is remembered may not be what is kept. */
export async function loadMemory(
  context: Parts,
  { now, watchedUntil }: { now: number; watchedUntil: number | undefined },
): Promise<Memory> {
  const wishes = await loadWishes(context)
  const works = new Map(wishes.works.map((work) => [work.rule.id, work]))
  for (const row of await loadCells(context.db)) {
    const work = works.get(row.rule_id)
    if (!work) continue
    const passed = clamp((watchedUntil ?? 0) - toMilliseconds(row.saved_at), keepClocksEvery)
    const cell = loadCell(row.cell, { passed, now, levels: work.terms.levels.length })
    const cells = work.cells.get(row.subject) ?? new Map()
    work.cells.set(row.subject, cells.set(row.part, cell))
  }
  const rows = await loadOpenAlerts(context.db)
  const fingerprints = new Set(rows.map(({ fingerprint }) => fingerprint))
  // A cell whose alert a person ended while nobody watched begins anew.
  for (const { rule, cells } of works.values())
    for (const [subject, parts] of cells)
      for (const [part, cell] of parts)
        if (!fingerprints.has(fingerprintOf(rule.id, subject, part))) cell.level = 0
  const wall = toMilliseconds(context.clock.now())
  const alerts = new Map(rows.map((row) => [row.id, toOpenAlert(row, now, wall)]))
  for (const row of rows)
    if (row.cause_id !== null) alerts.get(row.id)!.cause = alerts.get(row.cause_id) ?? null
  return { ...wishes, open: new Map([...alerts.values()].map((alert) => [alert.fingerprint, alert])) }
}

const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value))

/** However the clock on the wall was set: nothing was told longer ago than this. */
const longAgo = 7 * 86_400_000

function toOpenAlert(row: Selectable<AlertsTable>, now: number, wall: number): OpenAlert {
  const ago = (at: string) => now - clamp(wall - toMilliseconds(at), longAgo)
  const channels = JSON.parse(row.told_channels) as number[]
  return {
    id: row.id,
    fingerprint: row.fingerprint,
    ruleId: row.rule_id,
    ruleName: row.rule_name,
    kind: row.kind,
    subject: row.subject,
    part: row.part,
    subjectName: row.subject_name,
    serverId: row.server_id,
    deviceId: row.device_id,
    severity: row.severity as Severity,
    state: row.state as OpenState,
    suppressedBy: row.suppressed_by as Suppression | null,
    cause: null,
    affected: row.affected,
    isFlapping: Boolean(row.flapping),
    title: row.title,
    value: row.value,
    threshold: row.threshold,
    startedAt: row.started_at,
    openedAt: ago(row.started_at),
    dueAt: ago(row.started_at),
    told:
      row.told_at === null
        ? undefined
        : {
            severity: (row.told_severity ?? row.severity) as Severity,
            channels,
            firstAt: ago(row.started_at),
            lastAt: ago(row.told_at),
            steps: row.told_steps,
            reminders: row.reminders,
          },
    isAcknowledged: row.acknowledged_at !== null,
    calmSince: undefined,
  }
}
