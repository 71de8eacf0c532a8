import { commonsOf, type Common, type Topology } from '#features/alerts/topology.ts'
import type { WatchedCheck, WatchedServer } from '#features/monitoring/watch.ts'

/** The servers, or the checks of what has no server, that have something in common. */
export interface Group {
  common: Common
  members: readonly string[]
}

/** Every group of at least two watched servers, by its key. */
export function groupsOf(servers: Iterable<WatchedServer>, topology: Topology): Map<string, Group> {
  const groups = new Map<string, { common: Common; members: string[] }>()
  for (const server of servers) {
    if (server.machineType === 'workstation' || server.isPaused) continue
    for (const common of commonsOf(server.deviceId, topology)) {
      const group = groups.get(common.key)
      if (group === undefined) groups.set(common.key, { common, members: [server.id] })
      else {
        group.members.push(server.id)
        // As far away as it is of the machine furthest from it.
        if (common.nearness < group.common.nearness) group.common = common
      }
    }
  }
  return groups
}

/**
 * The same of checks whose device has no server: they stand for it. They are groups of their own, so that a check that
 * goes another way does not speak for or against the loss of servers.
 */
export function checkGroupsOf(
  checks: Iterable<WatchedCheck>,
  servers: Iterable<WatchedServer>,
  topology: Topology,
): Map<string, Group> {
  const served = new Set([...servers].map(({ deviceId }) => deviceId))
  const groups = new Map<string, { common: Common; members: string[] }>()
  for (const { id, deviceId, isPaused } of checks) {
    if (isPaused || (deviceId !== null && served.has(deviceId))) continue
    for (const { key, ...common } of commonsOf(deviceId, topology)) {
      const known = groups.get(checkKey(key))
      if (known !== undefined) known.members.push(`check:${id}`)
      else groups.set(checkKey(key), { common: { key: checkKey(key), ...common }, members: [`check:${id}`] })
    }
  }
  return groups
}

const checkKey = (key: string): string => `checks/${key}`

/** The key of the same thing in common: of checks where it is one of servers, and the other way round. */
export const twinKey = (key: string): string =>
  isOfChecks(key) ? key.slice(checkKey('').length) : checkKey(key)
export const isOfChecks = (key: string): boolean => key.startsWith(checkKey(''))

const isOfAll = ({ key }: Common): boolean => key === 'fleet' || key === checkKey('fleet')

/** When losses are no coincidence. */
export interface Coincidence {
  /** So many at least. */
  least: number
  /** And such a share of the group, 0 to 1. */
  share: number
  /** Of the whole fleet fewer are enough. */
  fleetLeast: number
  fleetShare: number
}

export const usualCoincidence: Coincidence = { least: 3, share: 0.8, fleetLeast: 5, fleetShare: 0.3 }

export interface Explanation {
  group: Group
  /** The servers lost, or about to be. */
  lost: string[]
  /** Those of them that were to be explained. */
  explained: string[]
}

/**
 * Explains losses by what the lost have in common: the group that explains the most, and of several the one nearest to
 * the machines; then the rest. What is left over are single losses. `isLost` counts those too that have only missed a
 * heartbeat: servers that went together are not missed in the same second. What `isOldNews` was lost before and counts
 * neither way: the fifth loss of a year is no outage.
 */
export function explainLosses(
  lost: readonly string[],
  groupsByServer: (server: string) => readonly Group[],
  isLost: (server: string) => boolean,
  rules: Coincidence = usualCoincidence,
  isOldNews: (server: string) => boolean = () => false,
): Explanation[] {
  const explanations: Explanation[] = []
  let open = new Set(lost)
  const weighed = new Map<Group, string[] | undefined>()
  while (open.size > 0) {
    const candidates: Explanation[] = []
    for (const group of new Set([...open].flatMap((server) => groupsByServer(server)))) {
      if (!weighed.has(group)) weighed.set(group, weigh(group, isLost, isOldNews, rules))
      const members = weighed.get(group)
      if (members === undefined) continue
      candidates.push({ group, lost: members, explained: members.filter((member) => open.has(member)) })
    }
    const best = nearestOf(candidates)
    if (best === undefined) return explanations
    explanations.push(best)
    open = open.difference(new Set(best.explained))
  }
  return explanations
}

/** Of the groups that explain about as much as any, the one nearest to the machines. */
function nearestOf(candidates: readonly Explanation[]): Explanation | undefined {
  const most = Math.max(...candidates.map(({ explained }) => explained.length))
  const [best] = candidates
    .filter(({ explained }) => explained.length >= most * aboutAsMuch)
    .toSorted(
      (one, other) =>
        other.group.common.nearness - one.group.common.nearness ||
        other.explained.length - one.explained.length,
    )
  return best
}

/** A group that explains this share of what another does is as good an explanation. */
const aboutAsMuch = 0.8

function weigh(
  { common, members }: Group,
  isLost: (server: string) => boolean,
  isOldNews: (server: string) => boolean,
  rules: Coincidence,
): string[] | undefined {
  const isFleet = isOfAll(common)
  const least = isFleet ? rules.fleetLeast : rules.least
  if (members.length < least) return undefined
  const counted = members.filter((member) => !isOldNews(member))
  const lost = counted.filter(isLost)
  const share = isFleet ? rules.fleetShare : rules.share
  return lost.length >= least && lost.length >= counted.length * share ? lost : undefined
}
