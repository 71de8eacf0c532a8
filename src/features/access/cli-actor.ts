import { permissions } from '#model/actor.ts'
import type { Actor } from '#model/actor.ts'

/** Who types commands on this machine: whoever may open the database and its key file is an admin. */
export const cliActor = (name: string): Actor => ({
  kind: 'cli',
  name: `cli:${name}`,
  role: 'admin',
  permissions: new Set(permissions),
})
