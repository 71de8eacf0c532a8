import type { Database } from '#database/schema.ts'

/** A web session, without the token that proves it. */
export interface Session {
  id: string
  userId: string
  email: string
  address: string | null
  userAgent: string | null
  createdAt: string
  expiresAt: string
}

/** Living sessions, in the order of their ids, after the given one. */
export async function listSessions(
  db: Database,
  page: { now: string; userId?: string | undefined; after?: string | undefined; limit: number },
): Promise<Session[]> {
  let query = db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select([
      'sessions.id',
      'sessions.user_id',
      'users.email',
      'sessions.ip_address',
      'sessions.user_agent',
      'sessions.created_at',
      'sessions.expires_at',
    ])
    .where('sessions.expires_at', '>', page.now)
    .orderBy('sessions.id')
    .limit(page.limit)
  if (page.userId !== undefined) query = query.where('sessions.user_id', '=', page.userId)
  if (page.after !== undefined) query = query.where('sessions.id', '>', page.after)
  return (await query.execute()).map((row) => ({
    id: row.id,
    userId: row.user_id,
    email: row.email,
    address: row.ip_address,
    userAgent: row.user_agent,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }))
}

/** Ends a session; undefined when there is none with this id (of this person, where one is given). */
export async function deleteSession(
  db: Database,
  id: string,
  userId: string | undefined,
): Promise<{ userId: string } | undefined> {
  let query = db.deleteFrom('sessions').where('id', '=', id)
  if (userId !== undefined) query = query.where('user_id', '=', userId)
  const row = await query.returning('user_id').executeTakeFirst()
  return row && { userId: row.user_id }
}

/** Removes what has expired: sessions, half-done sign-ins, links. */
export async function purgeAccess(db: Database, now: string): Promise<void> {
  await db.deleteFrom('sessions').where('expires_at', '<=', now).execute()
  await db.deleteFrom('verifications').where('expires_at', '<=', now).execute()
  await db.deleteFrom('setup_links').where('expires_at', '<=', now).execute()
}

/** Forgets the devices on which a person need not give a second factor, and sign-ins that are half done. */
export async function forgetDevices(db: Database, userId: string): Promise<void> {
  await db.deleteFrom('verifications').where('value', '=', userId).execute()
}

/** Ends all sessions of a person, half-done ones and the trust in devices included. */
export async function endSessions(db: Database, userId: string): Promise<void> {
  await db.deleteFrom('sessions').where('user_id', '=', userId).execute()
  await forgetDevices(db, userId)
}
