import { checkNumber, kindOf, resolve, type Turn, type TurnChanges } from '#features/alerts/alert-turn.ts'
import { causeTitle } from '#features/alerts/alert-text.ts'
import {
  causeFinder,
  findCommonCauses,
  isMemberMissed,
  isSingleLoss,
  lostBefore,
  memberOf,
  type Scene,
} from '#features/alerts/assign-causes.ts'
import {
  explainLosses,
  checkGroupsOf,
  groupsOf,
  type Coincidence,
  type Explanation,
  type Group,
} from '#features/alerts/common-causes.ts'
import { isLoss, importanceOf, type OpenAlert, type Suppression } from '#features/alerts/open-alert.ts'
import { isAmong } from '#features/alerts/select-subjects.ts'
import { emptyTopology, type Topology } from '#features/alerts/topology.ts'
import type { WatchedCheck, WatchedServer } from '#features/monitoring/watch.ts'

/** What hangs on what, as it was read last, with the groups that follow from it. */
export interface Surroundings {
  topology: Topology
  groups: ReadonlyMap<string, Group>
  groupsByServer: ReadonlyMap<string, readonly Group[]>
  /** Watched milliseconds. */
  readAt: number
}

export const noSurroundings: Surroundings = {
  topology: emptyTopology,
  groups: new Map(),
  groupsByServer: new Map(),
  readAt: Number.NEGATIVE_INFINITY,
}

export function surroundingsOf(
  topology: Topology,
  servers: ReadonlyMap<string, WatchedServer>,
  checks: ReadonlyMap<number, WatchedCheck>,
  readAt: number,
): Surroundings {
  const groups = new Map([
    ...groupsOf(servers.values(), topology),
    ...checkGroupsOf(checks.values(), servers.values(), topology),
  ])
  const groupsByServer = new Map<string, Group[]>()
  for (const group of groups.values()) {
    if (group.members.length < 2) continue
    for (const member of group.members) {
      const known = groupsByServer.get(member)
      if (known === undefined) groupsByServer.set(member, [group])
      else known.push(group)
    }
  }
  return { topology, groups, groupsByServer, readAt }
}

/** When most of a common cause is back, the rest has so long to follow before it counts for itself. */
const stragglers = 120_000
/** How long a machine whose cause is gone has to be heard of again: two heartbeats and a little. */
const comeBack = ({ interval }: Pick<WatchedServer, 'interval'>): number => (2 * interval + 30) * 1_000

/**
 * Finds of each open alert what it is a consequence of, and why nobody is told of it; makes one alert of what several
 * have in common, and ends it when they are back.
 */
export function settleCauses(
  turn: Turn,
  around: Surroundings,
  coincidence: Coincidence,
  changes: TurnChanges,
): void {
  const { memory, evidence } = turn
  const scene: Scene = {
    open: memory.open.values(),
    ...around,
    servers: evidence.servers,
    checks: evidence.checks,
    coincidence,
  }
  tendCommonCauses(turn, around, changes)
  applyCauses(turn, { ...scene, open: memory.open.values() }, changes)
  const before = lostBefore(memory.open.values(), turn.now)
  const due = [...memory.open.values()].filter((alert) => isUnexplained(alert, turn.now))
  const explanations = due.length === 0 ? [] : findCommonCauses(scene, due, before)
  for (const { group, lost, explained } of explanations)
    openCommonCause(turn, group, lost, seedOf(turn, explained), changes)
  const suspected = explainHeld(turn, around, coincidence, before)
  for (const { group, lost } of suspected) openCommonCause(turn, group, lost, lossRule(turn), changes)
  if (explanations.length + suspected.length > 0)
    applyCauses(turn, { ...scene, open: memory.open.values() }, changes)
  countAffected(turn, changes)
}

function applyCauses(turn: Turn, scene: Scene, changes: TurnChanges): void {
  const find = causeFinder(scene)
  for (const alert of turn.memory.open.values()) {
    const cause = find(alert)
    if (cause !== alert.cause) {
      // Whoever was explained and is so no longer gets the time to come back, and counts for itself then.
      if (cause === null) alert.dueAt = Math.max(alert.dueAt, turn.now + timeToFollow(turn, alert))
      alert.cause = cause
      touch(alert, changes)
    }
    const suppressedBy = suppression(turn, alert)
    if (suppressedBy === alert.suppressedBy) continue
    alert.suppressedBy = suppressedBy
    touch(alert, changes)
  }
}

function timeToFollow({ evidence, groupWait }: Turn, { kind, serverId }: OpenAlert): number {
  if (kind === 'cause') return stragglers
  const server = serverId === null ? undefined : evidence.servers.get(serverId)
  return server ? comeBack(server) : groupWait
}

function suppression({ memory, evidence, wall }: Turn, alert: OpenAlert): Suppression | null {
  const server = alert.serverId === null ? undefined : evidence.servers.get(alert.serverId)
  const check = evidence.checks.get(checkNumber(alert.subject))
  if (server?.isPaused || check?.isPaused) return 'paused'
  if (server?.isInMaintenance) return 'maintenance'
  const isSilent = memory.silences.some(
    ({ until, ruleId, alertId, selection }) =>
      until > wall &&
      (ruleId === null || ruleId === alert.ruleId) &&
      (alertId === null || alertId === alert.id) &&
      isAmong(selection, alert),
  )
  if (isSilent) return 'silence'
  return alert.cause === null ? null : 'cause'
}

const touch = (alert: OpenAlert, changes: TurnChanges): void => {
  if (!changes.made.has(alert)) changes.changed.add(alert)
}

const isUnexplained = (alert: OpenAlert, now: number): boolean =>
  isLoss(alert) &&
  alert.kind !== 'cause' &&
  alert.told === undefined &&
  alert.suppressedBy === null &&
  alert.dueAt <= now

/** So many were missed at once that the network is suspected before they count as lost: that is one alert already. */
const isHeld = ({ status, condition }: WatchedServer): boolean =>
  status === 'unknown' && condition === 'stale'

export function heldServers(servers: Iterable<WatchedServer>): string[] {
  const held: string[] = []
  for (const server of servers) if (isHeld(server)) held.push(server.id)
  return held
}

function explainHeld(
  { memory, evidence }: Turn,
  around: Surroundings,
  coincidence: Coincidence,
  before: ReadonlySet<string>,
): Explanation[] {
  const held = heldServers(evidence.servers.values())
  if (held.length < coincidence.fleetLeast) return []
  const known = new Set<string>()
  for (const { kind, part } of memory.open.values())
    if (kind === 'cause') for (const member of around.groups.get(part)?.members ?? []) known.add(member)
  return explainLosses(
    held.filter((id) => !known.has(id)),
    (server) => around.groupsByServer.get(server) ?? [],
    (server) => isMemberMissed(evidence, server),
    coincidence,
    (server) => before.has(server),
  )
}

type Seed = Pick<OpenAlert, 'ruleId' | 'ruleName' | 'severity'>

/** As bad as the worst of its consequences. */
function seedOf({ memory }: Turn, explained: readonly string[]): Seed | undefined {
  const members = new Set(explained)
  return [...memory.open.values()]
    .filter((alert) => isSingleLoss(alert) && members.has(memberOf(alert)))
    .toSorted((one, other) => importanceOf[other.severity] - importanceOf[one.severity])[0]
}

/** The rule that the loss of a server is told by; without one nobody wants to know. */
function lossRule({ memory }: Turn): Seed | undefined {
  const work = memory.works.find(({ rule }) => kindOf(rule) === 'server_offline')
  const worst = work?.terms.levels.at(-1)
  return work && worst && { ruleId: work.rule.id, ruleName: work.rule.name, severity: worst.severity }
}

function openCommonCause(
  turn: Turn,
  { common, members }: Group,
  lost: readonly string[],
  seed: Seed | undefined,
  changes: TurnChanges,
): void {
  const fingerprint = `cause:${common.key}`
  if (seed === undefined || turn.memory.open.has(fingerprint)) return
  const alert: OpenAlert = {
    id: 0,
    fingerprint,
    ruleId: seed.ruleId,
    ruleName: seed.ruleName,
    severity: seed.severity,
    kind: 'cause',
    subject: 'cause',
    part: common.key,
    subjectName: common.name,
    serverId: null,
    deviceId: common.deviceId,
    state: 'firing',
    suppressedBy: null,
    cause: null,
    affected: 0,
    isFlapping: false,
    title: causeTitle(common.name, lost.length, members),
    value: lost.length,
    threshold: null,
    startedAt: turn.wall,
    openedAt: turn.now,
    dueAt: turn.now,
    told: undefined,
    isAcknowledged: false,
    calmSince: undefined,
  }
  turn.memory.open.set(fingerprint, alert)
  changes.made.add(alert)
  changes.events.push({ alert, kind: 'fired', message: alert.title })
}

/** Ends a common cause when nobody is lost any more, or most are back and the rest had time to follow. */
function tendCommonCauses(turn: Turn, { groups }: Surroundings, changes: TurnChanges): void {
  for (const alert of turn.memory.open.values()) {
    if (alert.kind !== 'cause') continue
    const members = groups.get(alert.part)?.members
    if (members === undefined) {
      // A rack that was renamed has not recovered.
      resolve(turn, alert, 'gone', changes)
      continue
    }
    const before = lostBefore(turn.memory.open.values(), alert.openedAt)
    const isLost = (member: string) => isMemberMissed(turn.evidence, member) && !before.has(member)
    const lost = members.filter(isLost).length
    const most = alert.value ?? members.length
    if (lost > most) alert.value = lost
    if (lost * 2 > most) {
      alert.calmSince = undefined
      setState(alert, 'firing', changes)
      continue
    }
    alert.calmSince ??= turn.now
    setState(alert, 'clearing', changes)
    if (lost === 0 || turn.now - alert.calmSince >= stragglers) resolve(turn, alert, 'recovered', changes)
  }
}

function setState(alert: OpenAlert, state: OpenAlert['state'], changes: TurnChanges): void {
  if (alert.state === state) return
  alert.state = state
  touch(alert, changes)
}

function countAffected({ memory }: Turn, changes: TurnChanges): void {
  const counts = new Map<OpenAlert, number>()
  for (const { cause } of memory.open.values()) if (cause) counts.set(cause, (counts.get(cause) ?? 0) + 1)
  for (const alert of memory.open.values()) {
    const affected = counts.get(alert) ?? 0
    if (affected === alert.affected) continue
    alert.affected = affected
    touch(alert, changes)
  }
}
