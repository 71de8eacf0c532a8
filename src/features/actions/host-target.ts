import { decidedHosts } from '#features/actions/target-queries.ts'
import type { Asking, Columns } from '#features/actions/target.ts'
import { findHost, listHosts } from '#features/hosts/host-queries.ts'
import type { Host } from '#features/hosts/host-shapes.ts'
import type { PreviewItem } from '#features/jobs/action.ts'
import { AppError } from '#kernel/errors.ts'

/** A host, and whether somebody decided its type by hand, so that sources change it no more. */
export interface TargetHost extends Host {
  isDecided: boolean
}

type Item = Pick<PreviewItem<Columns>, 'input' | 'key'>

/** What names the host of a row: its id or MAC address. */
export function hostKey({ input, key }: Item): string | number {
  const named = input['host'] ?? input['id'] ?? input['mac'] ?? key
  return typeof named === 'number' ? named : String(named)
}

const isId = (key: string | number): boolean => /^[0-9]{1,11}$/.test(`${key}`)

/** The hosts of some rows in their order; undefined for what is gone or hidden from the actor. */
export async function loadHosts(call: Asking, items: readonly Item[]): Promise<(TargetHost | undefined)[]> {
  const keys = items.map(hostKey)
  const found = new Map<string, Host>()
  const ids = keys.filter(isId).map(Number)
  if (ids.length > 0) {
    const page = { order: 'mac', descending: false, limit: ids.length } as const
    for (const { host } of await listHosts(call, { ids }, page)) found.set(`${host.id}`, host)
  }
  for (const key of keys.filter((each) => !isId(each))) {
    const host = await lookUp(call, key)
    if (host) found.set(`${key}`, host)
  }
  const decided = await decidedHosts(
    call,
    [...found.values()].map(({ id }) => id),
  )
  return keys.map((key) => {
    const host = found.get(isId(key) ? `${Number(key)}` : `${key}`)
    return host && { ...host, isDecided: decided.has(host.id) }
  })
}

/** The host of one row; throws NOT_FOUND. */
export async function hostOf(call: Asking, item: Item): Promise<TargetHost> {
  const [host] = await loadHosts(call, [item])
  if (host) return host
  throw new AppError('NOT_FOUND', `There is no host ${hostKey(item)}`)
}

async function lookUp(call: Asking, key: string | number): Promise<Host | undefined> {
  try {
    return await findHost(call, key)
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return undefined
    throw error
  }
}
