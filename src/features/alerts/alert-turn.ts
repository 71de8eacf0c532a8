import type { AlertRule } from '#features/alerts/alert-rule.ts'
import { alertTitle } from '#features/alerts/alert-text.ts'
import type { Memory } from '#features/alerts/alert-memory.ts'
import { evaluate, forget, passTime, type Outcome, type RuleAtWork } from '#features/alerts/evaluate-rules.ts'
import type { Evidence } from '#features/alerts/measure-rule.ts'
import {
  fingerprintOf,
  isLoss,
  type AlertEvent,
  type OpenAlert,
  type Resolution,
} from '#features/alerts/open-alert.ts'
import { isAmong } from '#features/alerts/select-subjects.ts'
import { isFlapping, isIdle, type Cell } from '#features/alerts/step-cell.ts'

/** What a turn changed, to be kept and told in one go. */
export interface TurnChanges {
  made: Set<OpenAlert>
  changed: Set<OpenAlert>
  resolved: Map<OpenAlert, Resolution>
  events: AlertEvent[]
  /** By rule, subject and part; undefined for those that are forgotten. */
  cells: Map<string, { work: RuleAtWork; subject: string; part: string; cell: Cell | undefined }>
}

export const noChanges = (): TurnChanges => ({
  made: new Set(),
  changed: new Set(),
  resolved: new Map(),
  events: [],
  cells: new Map(),
})

export interface Turn {
  memory: Memory
  evidence: Evidence
  /** Whom the rules select was read in this turn. */
  isSelectedAnew: boolean
  /** Watched milliseconds. */
  now: number
  /** The clock on the wall, for people. */
  wall: string
  /** How long the loss of a machine waits for others, in milliseconds. */
  groupWait: number
}

/** Asks the rules of what may have changed, and lets time pass for what is under way. */
export function evaluateTurn(
  turn: Turn,
  touched: ReadonlySet<string>,
  gone: readonly string[],
  changes: TurnChanges,
): void {
  const { memory, evidence, now } = turn
  const tell = (outcome: Outcome) => take(turn, outcome, changes)
  const works = { server: ofKind(memory.works, 'server'), check: ofKind(memory.works, 'check') }
  for (const subject of gone) for (const work of memory.works) endCells(turn, work, subject, 'gone', changes)
  for (const subject of touched) {
    const server = evidence.servers.get(subject)
    const target = server ?? evidence.checks.get(checkNumber(subject))
    if (target === undefined) continue
    for (const work of server ? works.server : works.check) {
      const whose = { serverId: server?.id ?? null, deviceId: target.deviceId }
      if (isAmong(work.selection, whose)) evaluate(work, subject, evidence, now, tell)
      // Where a device was merged meanwhile, an older selection does not know it under its new number.
      else if (turn.isSelectedAnew) endCells(turn, work, subject, 'rule', changes)
    }
  }
  for (const work of memory.works) passTime(work, now, tell)
}

export const checkNumber = (subject: string): number =>
  subject.startsWith('check:') ? Number(subject.slice('check:'.length)) : Number.NaN

const ofKind = (works: readonly RuleAtWork[], kind: 'server' | 'check'): RuleAtWork[] =>
  works.filter(({ measure }) => measure.of === kind)

/** Ends what a rule had open on a subject, and forgets its cells. */
export function endCells(
  turn: Turn,
  work: RuleAtWork,
  subject: string,
  how: Resolution,
  changes: TurnChanges,
): void {
  for (const part of work.cells.get(subject)?.keys() ?? []) {
    forget(work, subject, part)
    noteCell(changes, work, subject, part, undefined)
    const alert = turn.memory.open.get(fingerprintOf(work.rule.id, subject, part))
    if (alert) resolve(turn, alert, how, changes)
  }
}

/** Ends what a person said is over, clocks and all: what is still wrong is found anew. */
export function endByPerson(turn: Turn, alert: OpenAlert, changes: TurnChanges): void {
  resolve(turn, alert, 'person', changes)
  const work = turn.memory.works.find(({ rule }) => rule.id === alert.ruleId)
  if (work === undefined) return
  forget(work, alert.subject, alert.part)
  noteCell(changes, work, alert.subject, alert.part, undefined)
}

/** Ends alerts whose rule is switched off or gone, or of which no clock is left. */
export function endOrphans(turn: Turn, changes: TurnChanges): void {
  const works = new Map(turn.memory.works.map((work) => [work.rule.id, work]))
  for (const alert of turn.memory.open.values()) {
    if (alert.kind === 'cause') continue
    const work = alert.ruleId === null ? undefined : works.get(alert.ruleId)
    if (work === undefined) resolve(turn, alert, 'rule', changes)
    else if (work.cells.get(alert.subject)?.get(alert.part) === undefined)
      resolve(turn, alert, 'rule', changes)
  }
}

/** Ends what was about servers and checks that were removed while nobody watched. Knowing of none proves nothing. */
export function endRemoved(turn: Turn, changes: TurnChanges): void {
  const { servers, checks } = turn.evidence
  for (const work of turn.memory.works)
    for (const subject of work.cells.keys()) {
      const isThere = work.measure.of === 'server' ? servers.has(subject) : checks.has(checkNumber(subject))
      const isKnown = work.measure.of === 'server' ? servers.size > 0 : checks.size > 0
      if (isKnown && !isThere) endCells(turn, work, subject, 'gone', changes)
    }
}

const endings: Readonly<Record<Resolution, string>> = {
  recovered: 'It is all right again.',
  gone: 'What it was about is there no longer.',
  rule: 'Its rule asks for it no more.',
  person: 'A person said that it is over.',
}

export function resolve(turn: Turn, alert: OpenAlert, how: Resolution, changes: TurnChanges): void {
  turn.memory.open.delete(alert.fingerprint)
  changes.changed.delete(alert)
  changes.resolved.set(alert, how)
  changes.events.push({ alert, kind: 'resolved', message: endings[how] })
}

function take(turn: Turn, { work, subject, part, cell, change }: Outcome, changes: TurnChanges): void {
  noteCell(changes, work, subject, part, isIdle(cell) ? undefined : cell)
  const fingerprint = fingerprintOf(work.rule.id, subject, part)
  const alert = turn.memory.open.get(fingerprint)
  if (change === undefined) return noteState(alert, cell, changes)
  if (change.is === 'fired') return open(turn, work, subject, part, cell, changes)
  if (alert === undefined) return
  if (change.is === 'resolved') return resolve(turn, alert, 'recovered', changes)
  changes.changed.add(alert)
  noteState(alert, cell, changes)
  if (change.is === 'returned') {
    if (change.isFlapping && !alert.isFlapping) {
      alert.isFlapping = true
      changes.events.push({
        alert,
        kind: 'flapping',
        message: 'It comes and goes; it is told of once until it is calm.',
      })
    }
    return
  }
  describe(alert, work, cell)
  changes.events.push({ alert, kind: change.is, message: `${alert.severity}: ${alert.title}` })
}

function noteState(alert: OpenAlert | undefined, cell: Cell, changes: TurnChanges): void {
  if (alert === undefined) return
  const state = cell.value === undefined ? 'unknown' : cell.calm >= 0 ? 'clearing' : 'firing'
  if (alert.state === state) return
  alert.state = state
  changes.changed.add(alert)
}

function noteCell(
  changes: TurnChanges,
  work: RuleAtWork,
  subject: string,
  part: string,
  cell: Cell | undefined,
): void {
  changes.cells.set(JSON.stringify([work.rule.id, subject, part]), { work, subject, part, cell })
}

function open(
  turn: Turn,
  work: RuleAtWork,
  subject: string,
  part: string,
  cell: Cell,
  changes: TurnChanges,
): void {
  const kind = kindOf(work.rule)
  const alert: OpenAlert = {
    id: 0,
    fingerprint: fingerprintOf(work.rule.id, subject, part),
    ruleId: work.rule.id,
    ruleName: work.rule.name,
    kind,
    subject,
    part,
    ...whom(turn.evidence, subject),
    severity: 'info',
    state: 'firing',
    suppressedBy: null,
    cause: null,
    affected: 0,
    isFlapping: isFlapping(cell),
    title: '',
    value: null,
    threshold: null,
    startedAt: turn.wall,
    openedAt: turn.now,
    dueAt: turn.now + (isLoss({ kind }) ? turn.groupWait : 0),
    told: undefined,
    isAcknowledged: false,
    calmSince: undefined,
  }
  describe(alert, work, cell)
  turn.memory.open.set(alert.fingerprint, alert)
  changes.made.add(alert)
  changes.events.push({ alert, kind: 'fired', message: `${alert.severity}: ${alert.title}` })
}

export const kindOf = ({ condition }: Pick<AlertRule, 'condition'>): string =>
  condition.on === 'metric' ? 'metric' : condition.state

function describe(alert: OpenAlert, { rule, terms }: RuleAtWork, { level: number, value }: Cell): void {
  const level = terms.levels[number - 1]
  if (level) alert.severity = level.severity
  alert.threshold = level?.threshold ?? null
  alert.value = value ?? null
  alert.title = alertTitle(rule, { name: alert.subjectName, part: alert.part, value: value ?? 0, level })
}

/** The names of what a subject is: a server and its device, or a check and whose it is. */
function whom(
  { servers, checks }: Evidence,
  subject: string,
): Pick<OpenAlert, 'subjectName' | 'serverId' | 'deviceId'> {
  const server = servers.get(subject)
  if (server) return { subjectName: server.name, serverId: server.id, deviceId: server.deviceId }
  const check = checks.get(checkNumber(subject))
  const deviceId = check?.deviceId ?? null
  return { subjectName: check?.name ?? subject, serverId: serverOf(servers, deviceId), deviceId }
}

function serverOf(servers: Evidence['servers'], deviceId: number | null): string | null {
  if (deviceId === null) return null
  for (const server of servers.values()) if (server.deviceId === deviceId) return server.id
  return null
}
