import type { Database } from '#database/schema.ts'

/** What nobody was told since a time, and what waits since before another, by channel. */
export async function neglectedNotices(
  db: Database,
  { since, before }: { since: string; before: string },
): Promise<{ channel: string; givenUp: number; waiting: number }[]> {
  const rows = await db
    .selectFrom('notices')
    .select(['channel_name', 'state'])
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where((eb) =>
      eb.or([
        eb.and([eb('state', '=', 'given_up'), eb('created_at', '>=', since), eb('kind', '!=', 'test')]),
        eb.and([eb('state', 'in', ['queued', 'sending', 'failed']), eb('first_tried_at', '<', before)]),
      ]),
    )
    .groupBy(['channel_name', 'state'])
    .orderBy('channel_name')
    .execute()
  const found = new Map<string, { channel: string; givenUp: number; waiting: number }>()
  for (const { channel_name: channel, state, count } of rows) {
    const entry = found.get(channel) ?? { channel, givenUp: 0, waiting: 0 }
    if (state === 'given_up') entry.givenUp += Number(count)
    else entry.waiting += Number(count)
    found.set(channel, entry)
  }
  return [...found.values()]
}
