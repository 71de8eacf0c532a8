import type { z } from 'zod'
import type { ReportedDevice, ReportedRecord } from '#model/record.ts'
import type { Page, SourceTools, Verdict } from '#sources/source.ts'
import { cluster, datastore, host, machine, place, propertyPaths } from '#sources/vcenter/answers.ts'
import { toVolume } from '#sources/vcenter/datastore-mapping.ts'
import type { ManagedObject } from '#sources/vcenter/envelope.ts'
import {
  createMissing,
  gapsOfList,
  gapsOfRetrieval,
  some,
  warningsOfRetrieval,
  type Missing,
} from '#sources/vcenter/gaps.ts'
import { hardwareUuid, toCluster, toHost } from '#sources/vcenter/host-mapping.ts'
import { listInventory, type InventoryList } from '#sources/vcenter/inventory-list.ts'
import { isReadable, isSystemMachine, toMachine } from '#sources/vcenter/machine-mapping.ts'
import type { RetrievedObject } from '#sources/vcenter/object-properties.ts'
import { createPlaces, plainName } from '#sources/vcenter/places.ts'
import { createRetrieval, retrieve, type Paths, type Retrieval } from '#sources/vcenter/retrieval.ts'
import type { Session } from '#sources/vcenter/session.ts'
import type { VcenterSettings } from '#sources/vcenter/settings.ts'
import { openTags, type Tags } from '#sources/vcenter/tags.ts'
import { unreadParts } from '#sources/vcenter/unread-parts.ts'
import { objectId, type World } from '#sources/vcenter/world.ts'

/** Everything one reading keeps; of what it reads only names and ids stay. */
export interface Reading {
  settings: VcenterSettings
  retrieval: Retrieval
  world: World
  missing: Missing
  /** Source ids of the devices told so far, by the ids of their objects. */
  told: Map<string, string>
  /** How many records were told. */
  records: number
  /** Machines that are no record. */
  left: number
  /** Objects of which an answer came that could not be understood. */
  garbled: string[]
  /** Machines whose file cannot be read now. */
  closed: string[]
  tags: Map<string, string[]>
  /** Why tags could not be read, a clause. */
  untagged: string | undefined
}

const kinds = new Set(['ClusterComputeResource', 'HostSystem', 'VirtualMachine', 'Datastore'])

/** Kinds of objects that become records. */
export const isRecord = ({ type }: ManagedObject): boolean => kinds.has(type)

/** Paths that are asked for with these settings. */
export function pathsFor({ snapshots }: VcenterSettings): Paths {
  if (snapshots) return propertyPaths
  const { VirtualMachine: paths = [] } = propertyPaths
  return {
    ...propertyPaths,
    VirtualMachine: paths.filter((path) => path !== 'snapshot' && path !== 'layoutEx'),
  }
}

export function createReading(session: Session, settings: VcenterSettings, tools: SourceTools): Reading {
  const { apiType, instanceUuid } = session.content.about
  const vcenter = apiType === 'HostAgent' ? undefined : instanceUuid
  const tags = new Map<string, string[]>()
  return {
    settings,
    retrieval: createRetrieval(session, tools.clock, pathsFor(settings), settings.pageSize),
    world: {
      scope: vcenter ?? '',
      vcenter,
      places: createPlaces(),
      tags: (id) => tags.get(id) ?? [],
    },
    missing: createMissing(),
    told: new Map(),
    records: 0,
    left: 0,
    garbled: [],
    closed: [],
    tags,
    untagged: undefined,
  }
}

/** The object in its shape; one that is not in it is remembered as garbled. */
function shaped<Schema extends z.ZodType>(
  reading: Reading,
  schema: Schema,
  { object, properties }: RetrievedObject,
): z.output<Schema> | undefined {
  const parsed = schema.safeParse(properties)
  if (parsed.success) return parsed.data
  reading.garbled.push(object.id)
  return undefined
}

function hostRecord(reading: Reading, retrieved: RetrievedObject): ReportedDevice | undefined {
  const { id } = retrieved.object
  const read = shaped(reading, host, retrieved)
  if (read === undefined) return undefined
  // Of a host that stands alone everything hangs on what its hardware is known by.
  if (reading.world.scope === '') reading.world.scope = hardwareUuid(read) ?? ''
  if (reading.world.scope === '') return undefined
  const isInCluster = read.parent !== undefined && reading.told.has(read.parent)
  return toHost(id, read, reading.world, isInCluster ? read.parent : undefined)
}

function machineRecord(reading: Reading, retrieved: RetrievedObject): ReportedDevice | undefined {
  const { world, settings } = reading
  const { id } = retrieved.object
  const read = shaped(reading, machine, retrieved)
  if (read === undefined) return undefined
  if (!settings.systemMachines && isSystemMachine(read)) {
    reading.left += 1
    return undefined
  }
  // A host counts its machines by itself and may give a number again, so the machine's own id stands behind it.
  const own = read.config?.instanceUuid?.toLowerCase()
  if (!isReadable(read) || (own === undefined && world.vcenter === undefined))
    reading.closed.push(plainName(read.name))
  if (world.vcenter !== undefined) return toMachine(id, objectId(world, id), read, world)
  return own === undefined ? undefined : toMachine(id, `${objectId(world, id)}/${own}`, read, world)
}

function toRecord(reading: Reading, retrieved: RetrievedObject): ReportedRecord | undefined {
  const { world, told } = reading
  const { id, type } = retrieved.object
  switch (type) {
    case 'ClusterComputeResource': {
      const read = shaped(reading, cluster, retrieved)
      if (read === undefined) return undefined
      world.places.add(id, type, { name: read.name, parent: read.parent })
      return toCluster(id, read, world)
    }
    case 'HostSystem':
      return hostRecord(reading, retrieved)
    case 'VirtualMachine':
      return machineRecord(reading, retrieved)
    case 'Datastore': {
      const read = shaped(reading, datastore, retrieved)
      if (read === undefined) return undefined
      const users = [...read.host.map(({ key }) => key), ...read.vm].flatMap((user) => told.get(user) ?? [])
      return toVolume(id, read, world, [...new Set(users)])
    }
    default: {
      const read = shaped(reading, place, retrieved)
      if (read !== undefined) world.places.add(id, type, read)
      return undefined
    }
  }
}

/** The records of these objects, in their order: whatever is spoken of by others stands before them. */
async function readRecords(
  reading: Reading,
  objects: readonly ManagedObject[],
  signal: AbortSignal,
): Promise<ReportedRecord[]> {
  const retrieved = await retrieve(reading.retrieval, objects, signal)
  return retrieved.flatMap((each) => {
    reading.missing.note(each)
    const record = toRecord(reading, each)
    if (record === undefined) return []
    if (record.kind === 'device') reading.told.set(each.object.id, record.sourceId)
    const unread = [...unreadParts(each), ...(reading.untagged === undefined ? [] : ['facts.tags'])]
    return [unread.length > 0 ? { ...record, unread } : record]
  })
}

/** Objects whose tags are asked for at once; vCenter takes up to 2,000. */
const taggedAtOnce = 1_000

/** Tags are read ahead for many objects, and forgotten when those are told. */
async function readTags(
  reading: Reading,
  tags: Tags | undefined,
  objects: readonly ManagedObject[],
  start: number,
  signal: AbortSignal,
): Promise<void> {
  const chunk = objects.slice(start, start + reading.retrieval.size).filter(isRecord)
  if (tags === undefined || chunk.every(({ id }) => reading.tags.has(id))) return
  const next = objects.slice(start, start + taggedAtOnce).filter(isRecord)
  const found = await tags.of(next, signal)
  reading.tags.clear()
  for (const { id } of next) reading.tags.set(id, found.get(id) ?? [])
}

/** Objects of a list, a page at a time; `expected` is how many records they are, as far as is known before. */
async function* readObjects(
  reading: Reading,
  objects: readonly ManagedObject[],
  tags: Tags | undefined,
  expected: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<Page, void> {
  for (let start = 0; start < objects.length;) {
    await readTags(reading, tags, objects, start, signal)
    const chunk = objects.slice(start, start + reading.retrieval.size)
    start += chunk.length
    const records = await readRecords(reading, chunk, signal)
    reading.records += records.length
    const total = expected === undefined ? undefined : expected - reading.left - reading.retrieval.gone.size
    if (records.length > 0) yield { records, total }
  }
}

/** Objects that were gone when they were read, or came since: a second list proves which. */
async function* readAgain(
  reading: Reading,
  before: InventoryList,
  tags: Tags | undefined,
  gaps: string[],
  signal: AbortSignal,
): AsyncGenerator<Page, void> {
  const { gone, session } = reading.retrieval
  if (gone.size === 0) return
  const listed = new Set(before.objects.map(({ id }) => id))
  const { objects } = await listInventory(session, signal)
  const unread = objects.filter(({ id }) => gone.has(id) || !listed.has(id))
  gone.clear()
  yield* readObjects(reading, unread, tags, undefined, signal)
  if (gone.size > 0) gaps.push(`these came and went while they were read: ${some([...gone].toSorted())}`)
}

function gapsOfRecords({ garbled, world }: Reading): string[] {
  return [
    ...(garbled.length > 0 ? [`these could not be understood: ${some(garbled.toSorted())}`] : []),
    ...(world.scope === '' ? ['the host does not tell what its hardware is known by'] : []),
  ]
}

function warningsOf({ retrieval, missing, closed, untagged, world }: Reading): string[] {
  const kept = world.vcenter === undefined ? 'so nothing is told of them' : 'so what is known of them stays'
  return [
    ...(untagged === undefined ? [] : [`Tags were not read: ${untagged}; those that are known stay.`]),
    ...(closed.length > 0
      ? [`The files of these machines cannot be read now, ${kept}: ${some(closed)}.`]
      : []),
    ...warningsOfRetrieval(retrieval),
    ...missing.warnings(),
  ]
}

/** The tags of a vCenter; a host has none. */
async function tagsOf(session: Session, settings: VcenterSettings, signal: AbortSignal) {
  const { apiType } = session.content.about
  if (!settings.tags || apiType === 'HostAgent') return undefined
  return openTags(session.http, settings, signal)
}

/** Reads everything that the session's login sees, page by page. */
export async function* readInventory(
  session: Session,
  settings: VcenterSettings,
  tools: SourceTools,
  signal: AbortSignal,
): AsyncGenerator<Page, Verdict> {
  const reading = createReading(session, settings, tools)
  const list = await listInventory(session, signal)
  const gaps = gapsOfList(list, settings.seesPart)
  const opened = await tagsOf(session, settings, signal)
  const tags = typeof opened === 'string' ? undefined : opened
  reading.untagged = typeof opened === 'string' ? opened : undefined
  try {
    yield* readObjects(reading, list.objects, tags, list.objects.filter(isRecord).length, signal)
    yield* readAgain(reading, list, tags, gaps, signal)
  } finally {
    await tags?.close()
  }
  yield { records: [], total: reading.records, warnings: warningsOf(reading) }
  gaps.push(...gapsOfRetrieval(reading.retrieval), ...reading.missing.gaps(), ...gapsOfRecords(reading))
  const hidden = reading.closed.length > 0 && reading.world.vcenter === undefined
  if (hidden) gaps.push(`the files of these machines cannot be read now: ${some(reading.closed)}`)
  return gaps.length > 0 ? { complete: false, reason: gaps.join('; ') } : { complete: true }
}
