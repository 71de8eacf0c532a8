import path from 'node:path'

const ground = ['kernel', 'model']
const shapes = ['features/context.ts', 'features/operation.ts', 'features/page.ts']
const feature = [...ground, 'config*.ts', 'database', 'dialects', 'query', 'sources/source.ts', ...shapes]
const source = [...ground, 'dialects', 'sources/*.ts', 'sources/oui']
const surface = [...ground, 'config*.ts', 'surfaces/*.ts', 'features/access', ...shapes]

/**
 * The architecture, one line a box: what it may import besides itself. A name is a folder of src
 * with all that is in it, a file, or a pattern of files. A source without a line of its own is a `sources/*`.
 */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  model: ['kernel'],
  config: [...ground, 'sources/*.ts'],
  database: ground,
  dialects: ground,
  query: [...ground, 'database/schema.ts', 'database/migration.ts'],
  sources: [...ground, 'sources'],
  'sources/*': source,
  'sources/local': [...source, 'sources/dnsmasq', 'sources/isc-dhcp', 'sources/kea'],
  'sources/scan': [...source, 'sources/local'],
  'sources/snmp': [...source, 'sources/scan/ranges.ts'],
  features: [...feature, 'features'],
  'features/audit': feature,
  'features/access': [...feature, 'features/audit'],
  'features/jobs': [...feature, 'features/access', 'features/audit'],
  'features/schedules': [...feature, 'features/access', 'features/audit', 'features/jobs'],
  'features/previews': [
    ...feature,
    'features/access',
    'features/audit',
    'features/hosts',
    'features/inventory',
    'features/jobs',
  ],
  'features/actions': [
    ...feature,
    'sources/http-*.ts',
    'features/access',
    'features/audit',
    'features/devices',
    'features/hosts',
    'features/identity',
    'features/inventory',
    'features/jobs',
    'features/previews',
  ],
  'features/words': [
    ...feature,
    'sources/http-*.ts',
    'features/access',
    'features/hosts',
    'features/inventory',
    'features/jobs',
    'features/previews',
  ],
  'features/inventory': [...feature, 'features/access'],
  'features/monitoring': [...feature, 'features/jobs/node-queries.ts', 'features/metrics/metrics-engine.ts'],
  'features/metrics': [...feature, 'features/monitoring'],
  'features/servers': [
    ...feature,
    'features/access',
    'features/devices',
    'features/identity',
    'features/inventory',
    'features/metrics',
    'features/monitoring',
    'features/sync',
  ],
  'features/ingest': [
    ...feature,
    'sources/http-*.ts',
    'features/access',
    'features/inventory',
    'features/metrics',
    'features/monitoring',
    'features/servers',
  ],
  'features/status': [
    ...feature,
    'features/access',
    'features/inventory',
    'features/metrics',
    'features/monitoring',
    'features/servers',
    'features/schedules/*-times.ts',
    'features/schedules/zone-segments.ts',
  ],
  'features/checks': [
    ...feature,
    'sources/http-*.ts',
    'features/access',
    'features/inventory',
    'features/metrics',
    'features/monitoring',
    'features/sync/source-patch.ts',
    'features/sync/source-settings.ts',
    'sources/local/run-program.ts',
    'sources/snmp',
  ],
  'features/alerts': [
    ...feature,
    'features/access',
    'features/checks',
    'features/inventory',
    'features/metrics',
    'features/monitoring',
    'features/notices',
    'features/schedules',
    'features/servers',
    'features/status',
    'features/topology',
  ],
  'features/notices': [
    ...feature,
    'sources/http-*.ts',
    'features/access',
    'features/inventory/changed-since.ts',
    'features/monitoring',
    'features/schedules/zone-segments.ts',
    'features/sync/source-patch.ts',
    'features/sync/source-settings.ts',
  ],
  'features/cost': [
    ...feature,
    'features/access',
    'features/inventory',
    'features/metrics',
    'features/monitoring',
    'features/schedules/zone-segments.ts',
    'features/servers',
  ],
  'features/status-page': [
    ...feature,
    'features/access',
    'features/alerts',
    'features/checks',
    'features/inventory',
    'features/metrics',
    'features/monitoring',
    'features/servers',
    'features/status',
  ],
  'features/configs': [...feature, 'features/access', 'features/inventory'],
  'features/identity': [...feature, 'features/access', 'features/inventory'],
  'features/prefixes': [...feature, 'features/access', 'features/inventory'],
  'features/topology': [...feature, 'features/access', 'features/inventory'],
  'features/devices': [
    ...feature,
    'features/access',
    'features/hosts',
    'features/identity',
    'features/inventory',
    'features/jobs',
  ],
  'features/hosts': [...feature, 'features/access', 'features/identity', 'features/inventory'],
  'features/sync': [
    ...feature,
    'features/access',
    'features/configs',
    'features/hosts',
    'features/identity',
    'features/inventory',
    'features/jobs',
    'features/schedules',
  ],
  'features/volumes': [...feature, 'features/access', 'features/inventory'],
  'features/system': [
    ...feature,
    'features/access',
    'features/actions/export-file.ts',
    'features/audit',
    'features/hosts',
    'features/identity',
    'features/inventory',
    'features/jobs',
    'features/metrics',
    'features/previews',
    'features/schedules',
    'features/servers/refused-readings.ts',
    'features/sync',
    'sources/sources.ts',
  ],
  'features/overview': [
    ...feature,
    'features/access',
    'features/alerts/attention-queries.ts',
    'features/hosts',
    'features/inventory',
    'features/jobs',
    'features/schedules',
    'features/sync',
  ],
  surfaces: [...ground, 'config*.ts', ...shapes],
  'surfaces/http': [...surface, 'database/schema.ts'],
  'surfaces/cli': surface,
  'surfaces/mcp': surface,
  main: ['**'],
}

/** Packages that belong to some boxes only, so that changing one of them is not felt elsewhere. */
export const packageLivesIn: Readonly<Record<string, readonly string[]>> = {
  'fastify{,/**}': ['surfaces/http'],
  '@fastify/**': ['surfaces/http'],
  'commander{,/**}': ['surfaces/cli'],
  '@clack/**': ['surfaces/cli'],
  '@modelcontextprotocol/**': ['surfaces/mcp'],
  'better-auth{,/**}': ['features/access'],
  'isomorphic-git': ['sources/oxidized'],
  'undici{,/**}': ['sources/http-*.ts'],
  'net-snmp': ['sources/snmp'],
  ajv: ['features/servers'],
  nodemailer: ['features/notices'],
  snappyjs: ['features/ingest'],
  'protobufjs{,/**}': ['features/ingest'],
  'pg{,/**}': ['database'],
  'node:sqlite': ['database'],
  'node:{http,https,http2}': ['surfaces/http', 'main.ts'],
}

/** The box of a path below src; undefined where the table has none for it. */
export function boxOf(file: string): string | undefined {
  if (!file.includes('/')) return file.startsWith('config') ? 'config' : 'main'
  const [first, second] = file.split('/') as [string, string]
  if (second.endsWith('.ts')) return first in mayImport ? first : undefined
  if (`${first}/${second}` in mayImport) return `${first}/${second}`
  if (`${first}/*` in mayImport) return `${first}/*`
  return first in mayImport && !['features', 'surfaces'].includes(first) ? first : undefined
}

/** Whether a path below src is what a line of the table names. */
export function isIn(file: string, names: readonly string[]): boolean {
  return names.some((name) => file === name || file.startsWith(`${name}/`) || path.matchesGlob(file, name))
}
