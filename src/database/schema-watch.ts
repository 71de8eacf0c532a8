/** Who does something of which there may be only one, such as watching. */
export interface LeasesTable {
  name: string
  /** The node. */
  holder: string
  /** Higher at each turn: whoever writes with a lower one was replaced. */
  token: number
  /** When the holder was last known to be at work. */
  alive_at: string
}

/** Who watches, what became of servers, and when they are left in peace. */
export interface WatchSchema {
  leases: LeasesTable
}
