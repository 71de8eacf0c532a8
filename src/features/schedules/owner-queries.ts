import type { Database } from '#database/schema.ts'

/** The tokens of a name and of one person, or of nobody, and how long they hold. */
export async function tokenState(
  db: Database,
  name: string,
  userId: string | undefined,
): Promise<{ revokedAt: string | null; expiresAt: string | null }[]> {
  const rows = await db
    .selectFrom('api_tokens')
    .select(['revoked_at', 'expires_at'])
    .where('name', '=', name)
    .where('user_id', userId === undefined ? 'is' : '=', userId ?? null)
    .execute()
  return rows.map((row) => ({ revokedAt: row.revoked_at, expiresAt: row.expires_at }))
}
