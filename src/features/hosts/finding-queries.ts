import { sql } from 'kysely'
import type { Expression, SqlBool } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import type { NewFinding } from '#features/hosts/findings.ts'
import { findingKinds } from '#features/hosts/host-shapes.ts'
import type { Finding } from '#features/hosts/host-shapes.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import { idsIn, textsIn } from '#features/inventory/device-state-queries.ts'
import { AppError } from '#kernel/errors.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { Actor } from '#model/actor.ts'
import { DeviceId, HostId } from '#model/ids.ts'

/** Who resolves what is no longer so. */
export const goneByItself = 'system:gone'

export interface FindingFilter {
  kind?: Finding['kind'] | undefined
  resolved?: boolean | undefined
  ids?: readonly number[] | undefined
  /** None that was found later than this one. */
  upTo?: number | undefined
}

/** How many findings of a kind are open, and which is the newest of them. */
export interface OpenFindings {
  kind: Finding['kind']
  count: number
  newestId: number
  newestAt: string
}

type Viewer = Pick<Actor, 'tags'>

/** Findings that the viewer may see, newest first, before the given id. */
export async function listFindings(
  db: Database,
  engine: Engine,
  viewer: Viewer,
  filter: FindingFilter,
  page: { before?: number | undefined; limit: number },
): Promise<Finding[]> {
  let query = selectFindings(db, engine, viewer, filter).orderBy('findings.id', 'desc').limit(page.limit)
  if (page.before !== undefined) query = query.where('findings.id', '<', page.before)
  const rows = await query
    .select(['findings.id', 'kind', 'subject', 'findings.device_id', 'devices.name', 'host_id'])
    .select(['run_id', 'detail', 'findings.created_at', 'resolved_at'])
    .execute()
  return rows.map((row) => ({
    id: row.id,
    kind: findingKinds.find((kind) => kind === row.kind)!,
    subject: row.subject,
    device: row.device_id === null ? null : { id: DeviceId.parse(row.device_id), name: row.name ?? '' },
    hostId: row.host_id === null ? null : HostId.parse(row.host_id),
    runId: row.run_id,
    detail: JSON.parse(row.detail) as JsonObject,
    createdAt: row.created_at,
    resolvedAt: row.resolved_at,
  }))
}

/** How many of them there are. */
export async function countFindings(
  db: Database,
  engine: Engine,
  viewer: Viewer,
  filter: FindingFilter,
): Promise<number> {
  const { count } = await selectFindings(db, engine, viewer, filter)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** The open ones that the viewer may see, counted; contradictions come before what is only new. */
export async function countOpenFindings(
  db: Database,
  engine: Engine,
  viewer: Viewer,
): Promise<OpenFindings[]> {
  const rows = await selectFindings(db, engine, viewer, { resolved: false })
    .select((eb) => [
      'kind',
      eb.fn.countAll<number>().as('count'),
      eb.fn.max('findings.id').as('newestId'),
      eb.fn.max('findings.created_at').as('newestAt'),
    ])
    .groupBy('kind')
    .execute()
  return findingKinds.toReversed().flatMap((kind) => {
    const row = rows.find((each) => each.kind === kind)
    if (!row) return []
    return [{ kind, count: Number(row.count), newestId: Number(row.newestId), newestAt: row.newestAt }]
  })
}

/** NOT_FOUND for one that is not there or that the viewer may not see. */
export async function findFinding(
  db: Database,
  engine: Engine,
  viewer: Viewer,
  id: number,
): Promise<Finding> {
  const [finding] = await listFindings(db, engine, viewer, {}, { before: id + 1, limit: 1 })
  if (finding?.id !== id) throw new AppError('NOT_FOUND', `There is no finding ${id}`)
  return finding
}

function selectFindings(db: Database, engine: Engine, viewer: Viewer, filter: FindingFilter) {
  const { kind, resolved, ids, upTo } = filter
  let query = db.selectFrom('findings').leftJoin('devices', 'devices.id', 'findings.device_id')
  if (kind !== undefined) query = query.where('kind', '=', kind)
  if (ids !== undefined) query = query.where(idsIn(engine, 'findings.id', ids))
  if (upTo !== undefined) query = query.where('findings.id', '<=', upTo)
  if (resolved !== undefined) query = query.where('resolved_at', resolved ? 'is not' : 'is', null)
  return viewer.tags === undefined ? query : query.where(isVisible(db, engine, viewer))
}

/** A finding is shown to whoever may see every device in it. */
function isVisible(db: Database, engine: Engine, viewer: Viewer): Expression<SqlBool> {
  const visible = db.selectFrom('devices').select('devices.id').where(visibleDevices(viewer))
  const hosts = db.selectFrom('hosts').select('hosts.id').where('device_id', 'in', visible)
  const hidden = (list: 'devices' | 'hosts', allowed: typeof visible | typeof hosts) =>
    sql<boolean>`exists (select 1 from ${detailIds(engine, list)} where named.id is null or named.id not in ${allowed})`
  return sql<boolean>`(
    (findings.device_id is null or findings.device_id in ${visible})
    and (findings.host_id is null or findings.host_id in ${hosts})
    and not ${hidden('devices', visible)} and not ${hidden('hosts', hosts)})`
}

/** The ids that a list in the finding's detail names: `{id, name}` each. */
const detailIds = (engine: Engine, list: 'devices' | 'hosts') =>
  engine === 'sqlite'
    ? sql`(select json_extract(value, '$.id') as id from json_each(findings.detail, ${sql.lit(`$.${list}`)})) as named`
    : sql`(select (each.value->>'id')::bigint as id
        from jsonb_array_elements(coalesce(findings.detail->${sql.lit(list)}, '[]'::jsonb)) as each(value)) as named`

/** Closes those of them that are still open; gives their ids. */
export async function resolveFindings(
  db: Database,
  engine: Engine,
  ids: readonly number[],
  now: string,
  by: string,
): Promise<number[]> {
  if (ids.length === 0) return []
  const rows = await db
    .updateTable('findings')
    .set({ resolved_at: now, resolved_by: by })
    .where(idsIn(engine, 'id', ids))
    .where('resolved_at', 'is', null)
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

/** Closes those of the filter that the viewer may see and that are open; gives their ids. */
export async function resolveFound(
  db: Database,
  engine: Engine,
  viewer: Viewer,
  filter: FindingFilter,
  { now, by }: { now: string; by: string },
): Promise<number[]> {
  const rows = await db
    .updateTable('findings')
    .set({ resolved_at: now, resolved_by: by })
    .where('resolved_at', 'is', null)
    .where(
      'id',
      'in',
      selectFindings(db, engine, viewer, { ...filter, resolved: false }).select('findings.id'),
    )
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

/** Closes what is open about these hosts being new: who decided about them has seen them. */
export async function resolveFindingsOf(
  db: Database,
  engine: Engine,
  hosts: readonly { id: number; device_id: number | null }[],
  now: string,
  by: string,
): Promise<number[]> {
  if (hosts.length === 0) return []
  const hostIds = hosts.map((host) => host.id)
  const deviceIds = hosts.flatMap((host) => host.device_id ?? [])
  const rows = await db
    .selectFrom('findings')
    .select('id')
    .where('resolved_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb.and([eb('kind', '=', 'new-mac'), idsIn(engine, 'host_id', hostIds)]),
        eb.and([eb('kind', '=', 'new-device'), idsIn(engine, 'device_id', deviceIds)]),
      ]),
    )
    .execute()
  return resolveFindings(
    db,
    engine,
    rows.map((row) => row.id),
    now,
    by,
  )
}

/** Closes what is open about two devices that might be one: a person has said that they are not. */
export async function resolveIdentityFinding(
  db: Database,
  engine: Engine,
  devices: readonly [number, number],
  now: string,
  by: string,
): Promise<number[]> {
  const rows = await db
    .selectFrom('findings')
    .select('id')
    .where('kind', '=', 'identity-conflict')
    .where('subject', '=', identitySubject(devices))
    .where('resolved_at', 'is', null)
    .execute()
  return resolveFindings(
    db,
    engine,
    rows.map((row) => row.id),
    now,
    by,
  )
}

/** What a finding about devices that might be one is known by. */
export const identitySubject = (devices: readonly number[]): string =>
  `devices:${devices.toSorted((left, right) => left - right).join(',')}`

/** Tells of each finding whether a person has settled the very same one before. */
export async function wasDismissed(
  db: Database,
  engine: Engine,
  findings: readonly NewFinding[],
): Promise<(finding: NewFinding) => boolean> {
  const lasting = findings.filter(({ kind }) => kind.endsWith('-conflict'))
  if (lasting.length === 0) return () => false
  const subjects = [...new Set(lasting.map((finding) => finding.subject))]
  const rows = await db
    .selectFrom('findings')
    .select(['kind', 'subject', 'detail'])
    .where(textsIn(engine, 'subject', subjects))
    .where('resolved_at', 'is not', null)
    .where('resolved_by', '!=', goneByItself)
    .execute()
  const settled = Map.groupBy(rows, (row) => `${row.kind} ${row.subject}`)
  return (finding) =>
    (settled.get(`${finding.kind} ${finding.subject}`) ?? []).some((row) => {
      const before = new Set(macsOf(JSON.parse(row.detail) as JsonObject))
      return macsOf(finding.detail).every((mac) => before.has(mac))
    })
}

const macsOf = (detail: JsonObject): string[] => (detail['macs'] as string[] | undefined) ?? []
