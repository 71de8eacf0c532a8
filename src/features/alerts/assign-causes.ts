import {
  explainLosses,
  isOfChecks,
  twinKey,
  type Coincidence,
  type Explanation,
  type Group,
} from '#features/alerts/common-causes.ts'
import { isLoss, type OpenAlert } from '#features/alerts/open-alert.ts'
import { lostAbove, type Topology } from '#features/alerts/topology.ts'
import type { WatchedCheck, WatchedServer } from '#features/monitoring/watch.ts'

/** What causes are looked for in. */
export interface Scene {
  open: Iterable<OpenAlert>
  topology: Topology
  groups: ReadonlyMap<string, Group>
  groupsByServer: ReadonlyMap<string, readonly Group[]>
  servers: ReadonlyMap<string, WatchedServer>
  checks: ReadonlyMap<number, WatchedCheck>
  coincidence?: Coincidence | undefined
}

/** Not heard of when it should have been. */
export const isMissed = (server: WatchedServer | undefined): boolean =>
  server !== undefined && !server.isPaused && (server.status === 'offline' || server.condition === 'stale')

/** The same of a member of a group, which may be a check that fails. */
export function isMemberMissed(
  { servers, checks }: Pick<Scene, 'servers' | 'checks'>,
  member: string,
): boolean {
  if (!member.startsWith('check:')) return isMissed(servers.get(member))
  const check = checks.get(Number(member.slice('check:'.length)))
  return check !== undefined && !check.isPaused && (check.state === 'down' || check.state === 'pending')
}

/** What stands for it in groups: its server, else the check itself. */
export const memberOf = ({ serverId, subject }: Pick<OpenAlert, 'serverId' | 'subject'>): string =>
  serverId ?? subject

/** The loss of a machine by itself: of its server, or of what only a check looks at. */
export const isSingleLoss = ({ kind, serverId }: Pick<OpenAlert, 'kind' | 'serverId'>): boolean =>
  kind === 'server_offline' || (kind === 'check_down' && serverId === null)

/** Whether a loss was told, or kept quiet, long before something else happened: it is no consequence of that. */
export const isOldNews = (alert: OpenAlert, at: number): boolean =>
  isSingleLoss(alert) &&
  alert.openedAt < at - sameLoss &&
  (alert.told !== undefined || (alert.suppressedBy !== null && alert.suppressedBy !== 'cause'))

/** The members of groups whose loss is old news. */
export function lostBefore(open: Iterable<OpenAlert>, at: number): ReadonlySet<string> {
  const members = new Set<string>()
  for (const alert of open) if (isOldNews(alert, at)) members.add(memberOf(alert))
  return members
}

/** A check that failed so shortly before its server was lost told of the same thing. */
const sameLoss = 300_000

/**
 * What an alert is a consequence of, by the losses that are open: the loss of something above its machine, of what it
 * has in common with others, or of the machine itself. Always the last cause of all: an alert that has a cause is none.
 */
export function causeFinder({
  open,
  topology,
  groups,
  servers,
  checks,
}: Scene): (alert: OpenAlert) => OpenAlert | null {
  const commons = new Map<string, OpenAlert>()
  const byDevice = new Map<number, OpenAlert>()
  const byServer = new Map<string, OpenAlert>()
  for (const alert of open) {
    if (!isLoss(alert) || alert.state === 'clearing' || isOfOneCheck(alert)) continue
    if (alert.kind === 'cause') {
      commons.set(alert.part, alert)
      if (alert.deviceId !== null) byDevice.set(alert.deviceId, alert)
      continue
    }
    if (alert.serverId !== null) byServer.set(alert.serverId, first(byServer.get(alert.serverId), alert))
    if (alert.deviceId !== null) byDevice.set(alert.deviceId, first(byDevice.get(alert.deviceId), alert))
  }
  const causes = new Map<string, OpenAlert>()
  for (const [key, alert] of commons)
    for (const member of groups.get(key)?.members ?? []) causes.set(member, alert)
  return (alert) => causeOf(alert, 0)

  function causeOf(alert: OpenAlert, steps: number): OpenAlert | null {
    if (steps > 4) return null
    if (alert.kind === 'cause') return olderTwin(alert)
    const found = nearestCause(alert)
    return found === undefined || found === alert ? null : (causeOf(found, steps + 1) ?? found)
  }

  /** Servers and checks of one rack that are lost are one loss: whichever was seen first stands for both. */
  function olderTwin(cause: OpenAlert): OpenAlert | null {
    const twin = commons.get(twinKey(cause.part))
    if (twin === undefined || twin.openedAt > cause.openedAt) return null
    return twin.openedAt < cause.openedAt || isOfChecks(cause.part) ? twin : null
  }

  function nearestCause(alert: OpenAlert): OpenAlert | undefined {
    const { serverId, deviceId } = alert
    const member = memberOf(alert)
    const common = causes.get(member)
    const isPart = common && isMemberMissed({ servers, checks }, member)
    if (isPart && !isOldNews(alert, common.openedAt)) return common
    const above = deviceId === null ? undefined : lostAbove(deviceId, topology, (id) => byDevice.has(id))
    return (
      (above === undefined ? undefined : byDevice.get(above)) ??
      (serverId === null ? undefined : byServer.get(serverId)) ??
      (deviceId === null ? undefined : byDevice.get(deviceId))
    )
  }

  /** A check of a machine whose own agent is heard, or of no machine, tells of the check only. */
  function isOfOneCheck({ kind, serverId, deviceId }: OpenAlert): boolean {
    if (kind !== 'check_down') return false
    return serverId === null ? deviceId === null : !isMissed(servers.get(serverId))
  }

  function first(one: OpenAlert | undefined, other: OpenAlert): OpenAlert {
    if (one === undefined) return other
    // Who was told already owns the rest; else the machine itself comes before what looks at it.
    if (one.told && other.told === undefined && Math.abs(one.openedAt - other.openedAt) < sameLoss) return one
    if (other.told && one.told === undefined && Math.abs(one.openedAt - other.openedAt) < sameLoss)
      return other
    return one.kind === 'server_offline' ? one : other
  }
}

/** Losses whose time to be told has come and that nothing open explains, by what they have in common. */
export function findCommonCauses(
  scene: Scene,
  unexplained: readonly OpenAlert[],
  before: ReadonlySet<string>,
): Explanation[] {
  const lost = unexplained.filter(isSingleLoss).map(memberOf)
  // A machine whose own loss is known needs nobody to stand for it: it is the cause of what hangs on it.
  const known = new Set(unexplained.map(({ deviceId }) => deviceId))
  return explainLosses(
    [...new Set(lost)],
    (server) =>
      (scene.groupsByServer.get(server) ?? []).filter(
        ({ common }) => common.deviceId === null || !known.has(common.deviceId),
      ),
    (member) => isMemberMissed(scene, member),
    scene.coincidence,
    (server) => before.has(server),
  )
}
