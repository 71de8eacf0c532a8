import { permissions, rolePermissions, roles } from '#model/actor.ts'
import type { Actor, Permission, Role } from '#model/actor.ts'

/** What somebody may do and see: a role, perhaps only some of its permissions, perhaps only some tags. */
export interface Rights {
  role: Role
  /** Only these of the role's permissions; undefined for all of them. */
  permissions?: readonly Permission[] | undefined
  /** Only devices with one of these tags; undefined for all. */
  tags?: readonly string[] | undefined
}

/** The permissions that rights amount to. */
export function permissionsOf({ role, permissions: listed }: Rights): Set<Permission> {
  const all = rolePermissions[role]
  return new Set(listed === undefined ? all : all.filter((each) => listed.includes(each)))
}

/** Both limits at once: undefined is no limit, an empty list is nothing at all. */
export function commonTags(
  left: readonly string[] | undefined,
  right: readonly string[] | undefined,
): readonly string[] | undefined {
  if (left === undefined) return right
  return right === undefined ? left : left.filter((tag) => right.includes(tag))
}

export const lowerRole = (left: Role, right: Role): Role =>
  roles.indexOf(left) <= roles.indexOf(right) ? left : right

/** Whether the actor has everything that the rights would give. */
export function mayGrant(actor: Actor, rights: Rights): boolean {
  const withinTags =
    actor.tags === undefined || (rights.tags?.every((tag) => actor.tags!.includes(tag)) ?? false)
  return withinTags && [...permissionsOf(rights)].every((each) => actor.permissions.has(each))
}

/** A list kept as JSON text; null means no limit. */
export const readList = (text: string | null): string[] | undefined =>
  text === null ? undefined : (JSON.parse(text) as string[])

/** JSON text of a list; no limit is null. */
export const writeList = (list: readonly string[] | undefined): string | null =>
  list === undefined ? null : JSON.stringify([...new Set(list)])

/** Permissions kept as JSON text; one that this version no longer knows gives nothing. */
export const readPermissions = (text: string | null): Permission[] | undefined =>
  readList(text)?.filter((each): each is Permission => (permissions as readonly string[]).includes(each))
