export const roles = ['viewer', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]

/** What can be allowed. `read` permissions show, the others change. */
export const permissions = [
  'inventory.read',
  'inventory.change',
  'configs.reveal',
  'hosts.review',
  'sources.read',
  'sources.change',
  'sync.run',
  'jobs.read',
  'jobs.submit',
  'jobs.approve',
  'jobs.control',
  'jobs.command',
  'settings.read',
  'settings.change',
  'system.read',
  'system.manage',
  'access.read',
  'access.manage',
  'audit.read',
  'monitoring.read',
  'monitoring.change',
  'alerts.acknowledge',
  'metrics.write',
  'notices.manage',
] as const
export type Permission = (typeof permissions)[number]

const viewer: Permission[] = ['inventory.read', 'sources.read', 'jobs.read', 'system.read', 'monitoring.read']
const operator: Permission[] = [
  ...viewer,
  'inventory.change',
  'configs.reveal',
  'hosts.review',
  'sync.run',
  'jobs.submit',
  'jobs.approve',
  'jobs.control',
  'settings.read',
  'monitoring.change',
  'alerts.acknowledge',
  'metrics.write',
]

export const rolePermissions: Record<Role, readonly Permission[]> = { viewer, operator, admin: permissions }

/** Who asks. */
export interface Actor {
  kind: 'user' | 'token' | 'cli' | 'system' | 'anonymous'
  /** For history and audit: `ada@example.net`, `token:ci`, `cli:root`, `system:schedule`. */
  name: string
  userId?: string | undefined
  /** The web session the request came with. */
  sessionId?: string | undefined
  role?: Role | undefined
  permissions: ReadonlySet<Permission>
  /** Only devices that carry one of these tags are seen and touched; undefined means all. */
  tags?: readonly string[] | undefined
}

export const systemActor = (name: string): Actor => ({
  kind: 'system',
  name: `system:${name}`,
  role: 'admin',
  permissions: new Set(permissions),
})
