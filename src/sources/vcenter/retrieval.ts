import { chunksOf } from '#kernel/chunks-of.ts'
import type { Clock } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { withRetries } from '#kernel/retry.ts'
import { element, reference, type ManagedObject } from '#sources/vcenter/envelope.ts'
import { toPage, type RetrievedObject, type RetrievedPage } from '#sources/vcenter/object-properties.ts'
import type { Session } from '#sources/vcenter/session.ts'
import { faultError, SoapFault } from '#sources/vcenter/soap-fault.ts'

/** Which properties are read of each type of object. */
export type Paths = Readonly<Record<string, readonly string[]>>

/** Reads properties of objects, and remembers what it could not have. */
export interface Retrieval {
  session: Session
  clock: Clock
  paths: Paths
  /** Objects asked for at once: what is wished, what is right now, and how many answers came since it was changed. */
  wish: number
  size: number
  calm: number
  /** `VirtualMachine config.managedBy`: properties that this release does not have. */
  unknownPaths: Set<string>
  /** Listed, but no longer there when they were read. */
  gone: Set<string>
  /** Listed, but the login may not read them. */
  forbidden: Set<string>
  /** Too slow even when asked for alone. */
  hung: Set<string>
  /** Neither given nor called gone. */
  silent: Set<string>
  /** How often an answer in several parts broke off. */
  brokenOff: number
}

export const createRetrieval = (session: Session, clock: Clock, paths: Paths, size: number): Retrieval => ({
  session,
  clock,
  paths,
  wish: size,
  size,
  calm: 0,
  unknownPaths: new Set(),
  gone: new Set(),
  forbidden: new Set(),
  hung: new Set(),
  silent: new Set(),
  brokenOff: 0,
})

const unreadableAnswer = (origin: string): AppError =>
  new AppError('SOURCE_ANSWER_INVALID', `${origin} gave properties in a shape that is not its own`)

const isTimeout = (error: unknown): boolean => error instanceof AppError && error.code === 'SOURCE_TIMEOUT'

const isFault = (error: unknown, type: string): boolean => error instanceof SoapFault && error.type === type

const known = ({ paths, unknownPaths }: Retrieval, type: string): readonly string[] =>
  (paths[type] ?? []).filter((path) => !unknownPaths.has(`${type} ${path}`))

/** One specification a type, so that no object is told by those of its type's parent, too. */
function specification(retrieval: Retrieval, objects: readonly ManagedObject[]): string {
  const byType = Map.groupBy(objects, ({ type }) => type)
  const specs = [...byType].map(([type, ofType]) => {
    const paths = known(retrieval, type).map((path) => element('pathSet', path))
    const wanted = ofType.map((object) => `<objectSet>${reference('obj', object)}</objectSet>`)
    return `<specSet><propSet>${element('type', type)}<all>false</all>${paths.join('')}</propSet>${wanted.join('')}</specSet>`
  })
  return `${specs.join('')}<options>${element('maxObjects', String(objects.length))}</options>`
}

/** An answer in several parts of which one was not to be had; the whole may be asked for again. */
class BrokenOff extends Error {}

/** Everything the server gives for these objects; it cuts where it likes, and says so by a token. */
async function ask(
  retrieval: Retrieval,
  objects: readonly ManagedObject[],
  signal: AbortSignal,
): Promise<RetrievedObject[]> {
  const { session, clock } = retrieval
  const object = session.content.propertyCollector
  const pageOf = async (method: string, parameters: string): Promise<RetrievedPage> => {
    const answer = await session.call({ method, object, parameters, signal })
    const page = toPage(answer['returnval'])
    if (page === undefined) throw unreadableAnswer(session.origin)
    return page
  }
  const first = specification(retrieval, objects)
  // A token is good for one answer, so only the first question may be repeated; a time-out is met by asking for less.
  const begun = await withRetries(clock, 3, signal, () =>
    pageOf('RetrievePropertiesEx', first).catch((error: unknown) => {
      if (isTimeout(error)) return { failed: error }
      throw error
    }),
  )
  if ('failed' in begun) throw begun.failed
  const found = [...begun.objects]
  let { token } = begun
  // One object an answer is the least, so there cannot be more answers than objects.
  for (let left = objects.length; token !== undefined; left -= 1) {
    if (left <= 0) throw unreadableAnswer(session.origin)
    const page = await pageOf('ContinueRetrievePropertiesEx', element('token', token)).catch(
      (cause: unknown) => {
        throw isTimeout(cause) || isFault(cause, 'NotAuthenticated') ? cause : new BrokenOff('', { cause })
      },
    )
    found.push(...page.objects)
    token = page.token
  }
  return found
}

/** Asks no more for a property that this release does not have; false when nobody asked for it. */
function forget(retrieval: Retrieval, { property }: SoapFault, objects: readonly ManagedObject[]): boolean {
  const types = [...new Set(objects.map(({ type }) => type))]
  const guilty = types.filter((type) => known(retrieval, type).includes(property ?? ''))
  for (const type of guilty) retrieval.unknownPaths.add(`${type} ${property}`)
  return guilty.length > 0
}

/** One fault spoils a whole call: what is left to ask for without its cause. */
async function afterFault(
  retrieval: Retrieval,
  fault: SoapFault,
  objects: readonly ManagedObject[],
  signal: AbortSignal,
): Promise<readonly ManagedObject[]> {
  if (fault.type === 'NotAuthenticated') {
    await retrieval.session.renew(fault, signal)
    return objects
  }
  if (fault.type === 'InvalidProperty' && forget(retrieval, fault, objects)) return objects
  const without = { ManagedObjectNotFound: retrieval.gone, NoPermission: retrieval.forbidden }[fault.type]
  const left = objects.filter(({ id }) => id !== fault.object)
  if (without === undefined || left.length === objects.length)
    throw faultError(fault, 'RetrievePropertiesEx', retrieval.session.origin)
  without.add(fault.object!)
  return left
}

/** So often something may go wrong by itself before it is the server that does not answer. */
const patience = 3

/** Half as much at once; a single object that takes too long is given up. */
function shrink(
  retrieval: Retrieval,
  error: unknown,
  objects: readonly ManagedObject[],
): (readonly ManagedObject[])[] {
  if (objects.length === 1) {
    retrieval.hung.add(objects[0]!.id)
    if (retrieval.hung.size > patience) throw error
    return []
  }
  retrieval.size = Math.ceil(objects.length / 2)
  retrieval.calm = 0
  return [objects]
}

/** So many answers in time, and twice as much may be asked for: it was one slow object, or the server has rested. */
const rest = 10

function grow(retrieval: Retrieval): void {
  retrieval.calm += 1
  if (retrieval.calm < rest || retrieval.size >= retrieval.wish) return
  retrieval.size = Math.min(retrieval.wish, retrieval.size * 2)
  retrieval.calm = 0
}

/** What to ask for after this, or the error itself where nothing helps. */
async function afterError(
  retrieval: Retrieval,
  error: unknown,
  objects: readonly ManagedObject[],
  signal: AbortSignal,
): Promise<readonly (readonly ManagedObject[])[]> {
  signal.throwIfAborted()
  if (error instanceof BrokenOff) {
    retrieval.brokenOff += 1
    if (retrieval.brokenOff <= patience) return [objects]
    return afterError(retrieval, error.cause, objects, signal)
  }
  if (error instanceof SoapFault) return [await afterFault(retrieval, error, objects, signal)]
  if (isTimeout(error)) return shrink(retrieval, error, objects)
  throw error
}

/** Reads objects in one call, and in as many more as faults and time-outs make necessary. */
async function collect(
  retrieval: Retrieval,
  wanted: readonly ManagedObject[],
  signal: AbortSignal,
): Promise<RetrievedObject[]> {
  const found: RetrievedObject[] = []
  const pending = [wanted]
  for (let objects = pending.shift(); objects !== undefined; objects = pending.shift()) {
    if (objects.length === 0) continue
    if (objects.length > retrieval.size) {
      pending.unshift(...chunksOf(objects, retrieval.size))
      continue
    }
    try {
      found.push(...(await ask(retrieval, objects, signal)))
      grow(retrieval)
    } catch (error) {
      pending.unshift(...(await afterError(retrieval, error, objects, signal)))
    }
  }
  return found
}

const isStale = ({ missing }: RetrievedObject): boolean =>
  missing.some(({ fault }) => fault === 'NotAuthenticated')

/**
 * Reads objects, in the order asked for. Those not answered are asked for once more. A session that is half forgotten
 * answers too, with "not authenticated" in place of properties; only a new login helps then.
 */
export async function retrieve(
  retrieval: Retrieval,
  wanted: readonly ManagedObject[],
  signal: AbortSignal,
): Promise<RetrievedObject[]> {
  const types = new Map(wanted.map(({ id, type }) => [id, type]))
  const found = new Map<string, RetrievedObject>()
  const read = async (objects: readonly ManagedObject[]) => {
    const told = await collect(retrieval, objects, signal)
    for (const each of told)
      if (types.get(each.object.id) === each.object.type) found.set(each.object.id, each)
  }
  await read(wanted)
  if ([...found.values()].some(isStale)) {
    await retrieval.session.renew(new SoapFault('NotAuthenticated', ''), signal)
    await read(wanted)
  }
  const { gone, forbidden, hung, silent } = retrieval
  const isOpen = ({ id }: ManagedObject) =>
    !found.has(id) && ![gone, forbidden, hung].some((each) => each.has(id))
  const left = wanted.filter(isOpen)
  if (left.length > 0) await read(left)
  for (const { id } of wanted.filter(isOpen)) silent.add(id)
  return wanted.flatMap(({ id }) => found.get(id) ?? [])
}
