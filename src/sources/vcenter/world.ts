import type { Places } from '#sources/vcenter/places.ts'

/** What a record needs to know beside its own object. */
export interface World {
  /**
   * Stands before every source id. Ids of objects are counted by the server and begin anew at another one, even under
   * the same address after it was set up again: so they count together with the server's own id only. A vCenter has
   * one, which upgrades and restores keep; of a host that stands alone it is its hardware's.
   */
  scope: string
  /** The vCenter's own id. */
  vcenter: string | undefined
  places: Places
  /** Tags of an object, `category:name`. */
  tags: (id: string) => readonly string[]
}

/** Survives rename, move and readdressing: the server never gives an object's id again. */
export const objectId = ({ scope }: World, id: string): string => `${scope}/${id}`

/** Where an object lies; a host that stands alone has places only for itself. */
export const whereabouts = ({ vcenter, places }: World, parent: string | undefined) =>
  vcenter === undefined
    ? {}
    : { vcenter, datacenter: places.datacenter(parent), folder: places.folder(parent) }
