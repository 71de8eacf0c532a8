import { bulkInsert } from '#database/bulk.ts'
import type { Context } from '#features/context.ts'
import { lockIdentity } from '#features/identity/identity-lock-queries.ts'
import type { DeviceState } from '#features/inventory/device-state.ts'
import { historyRow } from '#features/inventory/save-devices.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import { devicesByKeys } from '#features/sync/key-device-queries.ts'
import {
  deleteEdges,
  edgeKey,
  edgesOfParents,
  edgesOfSource,
  insertEdges,
  placesOfRecords,
  portsOfHosts,
  standingDevices,
  updateEdges,
} from '#features/sync/relationship-queries.ts'
import type { Edge, StoredEdge } from '#features/sync/relationship-queries.ts'
import { authorOf } from '#features/sync/run-state.ts'
import type { RunState } from '#features/sync/run-state.ts'
import { wantedEdges } from '#features/sync/wanted-edges.ts'
import { chunksOf } from '#kernel/chunks-of.ts'
import { sameJson } from '#kernel/json.ts'
import type { JsonObject } from '#kernel/json.ts'

type Tools = Pick<Context, 'db' | 'engine' | 'clock' | 'config'>

/** What has to be done to the stored relationships. */
type Step =
  | { is: 'added'; edge: Edge }
  | { is: 'changed'; edge: StoredEdge }
  | { is: 'removed'; edge: StoredEdge }

/**
 * Brings relationships up to date with what the run's records say of each other. One goes only when everything that
 * could tell of it was read, or is proved gone. Gives the devices whose relationships changed.
 */
export async function settleRelationships(tools: Tools, run: RunState): Promise<number[]> {
  const stored = await edgesOfSource(tools.db, run.source)
  if (stored.length === 0 && run.relations.size === 0) return []
  const places = await placesOfRecords(tools.db, run.source)
  const devices = new Map(places.map((each) => [each.sourceId, each.device]))
  const relations = await withoutFartherPorts(tools, run)
  const keys = [...relations.values()].flat().flatMap((relation) => relation.keys ?? [])
  const named = await devicesByKeys(tools.db, tools.engine, keys)
  const wanted = wantedEdges(
    relations,
    (sourceId) => devices.get(sourceId),
    (key) => named.get(key),
  )
  const isUntold = ({ sourceId, missingSince }: (typeof places)[number]): boolean =>
    missingSince === null && (!run.seen.has(sourceId) || run.hidden.has(sourceId))
  const unknown = new Set(places.filter(isUntold).map((each) => each.device))
  const known = new Set(stored.map(edgeKey))
  const news = [...wanted.values()].filter((edge) => !known.has(edgeKey(edge)))
  const steps: Step[] = [
    ...(await untold(tools, news)).map((edge): Step => ({ is: 'added', edge })),
    ...stored.flatMap((edge) => stepOf(edge, wanted.get(edgeKey(edge)), unknown)),
  ]
  const touched = new Set<number>()
  for (const chunk of chunksOf(steps, tools.config.sync.batchSize)) {
    for (const id of await take(tools, run, chunk)) touched.add(id)
  }
  return [...touched]
}

/** What records say of others, without the ports of machines that hang on a nearer one by another source. */
async function withoutFartherPorts({ db, engine }: Tools, { relations, ports }: RunState) {
  if (ports.size === 0) return relations
  const nearest = await portsOfHosts(
    db,
    engine,
    [...ports.values()].map(({ mac }) => mac),
  )
  const isNearest = (sourceId: string): boolean => {
    const told = ports.get(sourceId)
    return told === undefined || (nearest.get(told.mac) ?? told.switchPort) === told.switchPort
  }
  return new Map([...relations].filter(([sourceId]) => isNearest(sourceId)))
}

/** Those that no other source, and no person, has told already. A connection may have been told from the other side. */
async function untold({ db, engine }: Pick<Tools, 'db' | 'engine'>, news: readonly Edge[]): Promise<Edge[]> {
  if (news.length === 0) return []
  const ends = news.flatMap(({ parent, child, type }) =>
    type === 'connects_to' ? [parent, child] : [parent],
  )
  const told = new Set((await edgesOfParents(db, engine, [...new Set(ends)])).map(undirectedKey))
  return news.filter((edge) => !told.has(undirectedKey(edge)))
}

const undirectedKey = (edge: Edge): string =>
  edge.type === 'connects_to' && edge.parent > edge.child
    ? edgeKey({ ...edge, parent: edge.child, child: edge.parent })
    : edgeKey(edge)

function stepOf(edge: StoredEdge, wanted: Edge | undefined, unknown: ReadonlySet<number>): Step[] {
  if (wanted === undefined) {
    return unknown.has(edge.parent) || unknown.has(edge.child) ? [] : [{ is: 'removed', edge }]
  }
  const isSame = sameJson(JSON.parse(edge.metadata) as JsonObject, JSON.parse(wanted.metadata) as JsonObject)
  return isSame ? [] : [{ is: 'changed', edge: { ...edge, metadata: wanted.metadata } }]
}

/** Those that are still to be added: meanwhile another run may have told them, or merged or deleted one of the devices. */
async function stillNew(tools: Pick<Tools, 'db' | 'engine'>, added: readonly Edge[]): Promise<Edge[]> {
  const news = await untold(tools, added)
  const ends = news.flatMap(({ parent, child }) => [parent, child])
  const standing = await standingDevices(tools.db, tools.engine, [...new Set(ends)])
  return news.filter(({ parent, child }) => standing.has(parent) && standing.has(child))
}

/** Writes a few steps with the history of the devices on both sides. */
const take = ({ db, engine, clock }: Tools, run: RunState, steps: readonly Step[]): Promise<number[]> =>
  db.transaction().execute(async (transaction) => {
    await lockIdentity(transaction, engine)
    const author = authorOf(run, engine, clock.now())
    const of = <Is extends Step['is']>(is: Is) =>
      steps.filter((step) => step.is === is).map((step) => step.edge as Extract<Step, { is: Is }>['edge'])
    const added = await stillNew({ db: transaction, engine }, of('added'))
    await deleteEdges(
      transaction,
      engine,
      of('removed').map((edge) => edge.id),
    )
    await insertEdges(transaction, author, added)
    await updateEdges(transaction, author, of('changed'))
    const history = historyOf(author, added, of('removed'))
    await bulkInsert(transaction, engine, 'sync_history', history)
    return history.map((row) => row.device_id)
  })

/** One row for each device on either side, with the paths that `loadDevices` gives its relationships. */
function historyOf(author: Authorship, added: readonly Edge[], removed: readonly Edge[]) {
  const changes = new Map<number, { before: DeviceState; after: DeviceState }>()
  const note = (device: number, path: string, before: string | null, after: string | null) => {
    const change = changes.get(device) ?? { before: {}, after: {} }
    changes.set(device, change)
    change.before[path] = before
    change.after[path] = after
  }
  const both = ({ parent, child, type }: Edge, before: string | null, after: string | null) => {
    note(child, `relationships/${type}/parent/${parent}`, before, after)
    note(parent, `relationships/${type}/child/${child}`, before, after)
  }
  for (const edge of removed) both(edge, author.identifier, null)
  for (const edge of added) both(edge, null, author.identifier)
  return [...changes].map(([id, change]) => historyRow(author, { id, operation: 'update' }, change))
}
