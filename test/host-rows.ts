import { bulkInsert } from '#database/bulk.ts'
import type { OpenDatabase } from '#database/open.ts'
import type { Actor, Permission } from '#model/actor.ts'
import { permissions } from '#model/actor.ts'

const now = '2026-01-01T00:00:00.000Z'

/** A MAC for each number. */
export const macOf = (number: number): string =>
  `00:1b:21:${[16, 8, 0].map((shift) => ((number >> shift) & 255).toString(16).padStart(2, '0')).join(':')}`

/** Hosts with ids from 1, as a scan finds them; `rest` sets columns of each. */
export async function addHosts(
  { db, engine }: OpenDatabase,
  count: number,
  rest: (number: number) => Record<string, unknown> = () => ({}),
): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    mac: macOf(index + 1),
    hostname: `host-${index + 1}`,
    ip_addresses: '[]',
    source: 'lan',
    switch_port: null,
    status: 'pending',
    host_type: 'unknown',
    first_seen: now,
    last_seen: now,
    discovery_run_id: null,
    netbox_id: null,
    notes: null,
    device_id: null,
    vendor: null,
    random_mac: false,
    shared_mac: false,
    host_type_locked: false,
    search_text: macOf(index + 1),
    ip_sort: '~',
    version: 1,
    ...rest(index + 1),
  }))
  await db.transaction().execute((transaction) => bulkInsert(transaction, engine, 'hosts', rows))
}

/** A device with these tags; gives its id. */
export async function addDevice(
  { db }: Pick<OpenDatabase, 'db'>,
  name: string,
  { tags = [], ...rest }: { tags?: readonly string[]; device_type?: string; retired_at?: string } = {},
): Promise<number> {
  const { id } = await db
    .insertInto('devices')
    .values({
      name,
      device_type: 'server',
      source_system: 'manual',
      source_identifier: 'manual',
      source_id: name,
      status: 'active',
      metadata: '{}',
      first_seen: now,
      last_seen: now,
      created_at: now,
      updated_at: now,
      ip_sort: '~',
      custom: '{}',
      name_sort: name,
      search_text: name,
      version: 1,
      ...rest,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  for (const tag of tags) {
    await db
      .insertInto('tags')
      .values({ name: tag, type: 'manual', created_at: now, version: 1 })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    await db
      .insertInto('device_tags')
      .columns(['device_id', 'tag_id', 'created_at'])
      .expression((eb) =>
        eb
          .selectFrom('tags')
          .select([eb.val(id).as('device_id'), 'id as tag_id', 'created_at'])
          .where('name', '=', tag),
      )
      .execute()
  }
  return id
}

/** Somebody who sees only devices with these tags. */
export const limitedTo = (tags: readonly string[], may: readonly Permission[] = permissions): Actor => ({
  kind: 'user',
  name: 'lea@example.net',
  permissions: new Set(may),
  tags,
})
