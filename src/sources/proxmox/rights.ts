import type { PermissionTable } from '#sources/proxmox/answers.ts'

/** A privilege without which Proxmox VE answers 200 with fewer rows, and what is then missing. */
interface Need {
  privilege: string
  /** Paths on any of which it must be, handed on to everything below. */
  paths: readonly string[]
  otherwise: string
}

const guests: Need = {
  privilege: 'VM.Audit',
  paths: ['/', '/vms'],
  otherwise: 'guests may be hidden from it',
}
const nodes: Need = {
  privilege: 'Sys.Audit',
  paths: ['/', '/nodes'],
  otherwise: 'the details of nodes are hidden from it',
}
const storages: Need = {
  privilege: 'Datastore.Audit',
  paths: ['/', '/storage'],
  otherwise: 'storages may be hidden from it',
}

const has = (table: PermissionTable, path: string, privilege: string): boolean =>
  Number(table[path]?.[privilege] ?? -1) === 1

/** A path below the needed ones on which the privilege is taken away again: what lies there is hidden. */
function holes(table: PermissionTable, { privilege, paths }: Need): string[] {
  const below = paths.filter((path) => path !== '/').map((path) => `${path}/`)
  return Object.keys(table)
    .filter((path) => below.some((prefix) => path.startsWith(prefix)) || paths.includes(path))
    .filter((path) => path !== '/' && !(privilege in (table[path] ?? {})))
    .toSorted()
}

function complaint(table: PermissionTable, need: Need): string[] {
  const { privilege, paths, otherwise } = need
  if (!paths.some((path) => has(table, path, privilege))) {
    return [`the login lacks ${privilege} on ${paths.join(' or ')}, so ${otherwise}`]
  }
  const missing = holes(table, need)
  return missing.length > 0 ? [`the login lacks ${privilege} on ${missing.join(', ')}, so ${otherwise}`] : []
}

/** What the login may not see, one clause each; none when a reading will be whole. */
export const hiddenByRights = (table: PermissionTable, wants: { storage: boolean }): string[] =>
  [guests, nodes, ...(wants.storage ? [storages] : [])].flatMap((need) => complaint(table, need))

/** True when the guest agents may be asked: VM.Monitor up to release 8, VM.GuestAgent.Audit since 9. */
export const mayAskAgents = (table: PermissionTable): boolean =>
  Object.values(table).some((privileges) => 'VM.GuestAgent.Audit' in privileges || 'VM.Monitor' in privileges)
