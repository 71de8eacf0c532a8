import { z } from 'zod'
import { AppError } from '#kernel/errors.ts'
import { element, reference, type ManagedObject } from '#sources/vcenter/envelope.ts'
import { toPage, type RetrievedObject } from '#sources/vcenter/object-properties.ts'
import type { Session } from '#sources/vcenter/session.ts'
import { faultError, SoapFault } from '#sources/vcenter/soap-fault.ts'

/** Where things lie and what they are called. */
const places = ['Datacenter', 'Folder', 'StoragePod', 'ComputeResource', 'ResourcePool', 'VirtualApp']
const networks = ['Network', 'DistributedVirtualPortgroup', 'OpaqueNetwork']

/**
 * The kinds of objects in the order they are read: names of places and networks first, because everything later speaks
 * of them; then clusters and hosts, which are few; machines; and datastores, which tell who uses them.
 */
export const readingOrder = [
  ...places,
  ...networks,
  'ClusterComputeResource',
  'HostSystem',
  'VirtualMachine',
  'Datastore',
] as const

const rank = new Map<string, number>(readingOrder.map((type, index) => [type, index]))

/** Of these a view gives their more special kinds, too. */
const viewTypes = [
  'Datacenter',
  'Folder',
  'ComputeResource',
  'ResourcePool',
  'Network',
  'HostSystem',
  'VirtualMachine',
  'Datastore',
]

/** Every object that the login sees, in the order of reading. */
export interface InventoryList {
  objects: ManagedObject[]
  /** Objects of kinds that were not asked for, so that the list cannot be trusted to the last. */
  strangers: number
  /** The login's roles at the top of the inventory; undefined where the server does not tell. */
  rootRoles: readonly number[] | undefined
}

const objectReference = z
  .object({ $ref: z.string(), value: z.string().min(1) })
  .transform(({ $ref, value }): ManagedObject => ({ type: $ref, id: value }))

const viewContent = z.object({ view: z.array(objectReference) })
const roles = z.object({
  effectiveRole: z.array(
    z
      .string()
      .regex(/^-?\d+$/)
      .transform(Number),
  ),
})

const invalid = (origin: string): AppError =>
  new AppError('SOURCE_ANSWER_INVALID', `${origin} did not list its inventory in a shape that is its own`)

const askFor = ({ type, id }: ManagedObject, path: string): string =>
  `<specSet><propSet>${element('type', type)}<all>false</all>${element('pathSet', path)}</propSet>` +
  `<objectSet>${reference('obj', { type, id })}</objectSet></specSet>`

async function createView({ call, content }: Session, signal: AbortSignal): Promise<ManagedObject> {
  const parameters =
    reference('container', content.rootFolder) +
    viewTypes.map((type) => element('type', type)).join('') +
    element('recursive', 'true')
  const answer = await call({
    method: 'CreateContainerView',
    object: content.viewManager,
    parameters,
    // A second view of the same is no harm; it ends with the session.
    tries: 3,
    signal,
  })
  return objectReference.parse(answer['returnval'])
}

/** The list of a view, and the roles at the top, which tell whether the list may be all there is. */
async function readView(
  session: Session,
  view: ManagedObject,
  signal: AbortSignal,
): Promise<readonly RetrievedObject[]> {
  const { propertyCollector: object, rootFolder } = session.content
  const read = (specs: string) =>
    session.call({
      method: 'RetrievePropertiesEx',
      object,
      parameters: `${specs}<options/>`,
      tries: 3,
      signal,
    })
  const answer = await read(askFor(view, 'view') + askFor(rootFolder, 'effectiveRole')).catch(
    (error: unknown) => {
      if (!(error instanceof SoapFault) || error.type === 'NotAuthenticated') throw error
      return read(askFor(view, 'view'))
    },
  )
  const page = toPage(answer['returnval'])
  if (page === undefined || page.token !== undefined) throw invalid(session.origin)
  return page.objects
}

const byReadingOrder = (left: ManagedObject, right: ManagedObject): number =>
  rank.get(left.type)! - rank.get(right.type)! || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0)

function toList(session: Session, answered: readonly RetrievedObject[]): InventoryList {
  const { rootFolder } = session.content
  const view = answered.find(({ object }) => object.type === 'ContainerView')
  const root = answered.find(({ object }) => object.id === rootFolder.id)
  // An empty view has no list at all.
  const listed = viewContent.safeParse({ view: [], ...view?.properties })
  if (view === undefined || view.missing.length > 0 || !listed.success) throw invalid(session.origin)
  const all = new Map(listed.data.view.map((object) => [object.id, object]))
  const known = [...all.values()].filter(({ type }) => rank.has(type))
  const forbidden = root?.missing.some(({ fault }) => fault === 'NoPermission') ?? true
  return {
    objects: known.toSorted(byReadingOrder),
    strangers: all.size - known.length,
    rootRoles: forbidden ? [] : roles.safeParse(root?.properties).data?.effectiveRole,
  }
}

/**
 * Lists every object by one view over the whole inventory. The list comes in one piece and is what later answers are
 * counted against, so that an answer cut short is noticed whatever became of the session in between.
 */
export async function listInventory(session: Session, signal: AbortSignal): Promise<InventoryList> {
  const once = async (): Promise<InventoryList> => {
    const view = await createView(session, signal)
    const answered = await readView(session, view, signal)
    // What it showed is known now; left behind, it would have the server follow every change.
    await session.call({ method: 'DestroyView', object: view, signal }).catch(() => signal.throwIfAborted())
    return toList(session, answered)
  }
  const attempt = async (): Promise<InventoryList> => {
    try {
      return await once()
    } catch (error) {
      if (!(error instanceof SoapFault) || error.type !== 'NotAuthenticated') throw error
      await session.renew(error, signal)
      return once()
    }
  }
  return attempt().catch((error: unknown) => {
    if (error instanceof SoapFault) throw faultError(error, 'the list of its inventory', session.origin)
    throw error instanceof z.ZodError ? invalid(session.origin) : error
  })
}
