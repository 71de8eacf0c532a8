import type { Database } from '#database/schema.ts'

const sealedText = /rc1\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]{22,}/g

/** The sealed texts that stand in the database: of sign-in, of sources, of devices' credentials. */
export async function findSealed(db: Database): Promise<string[]> {
  const [own, sources, credentials] = await Promise.all([
    db.selectFrom('access_secrets').select('sealed').limit(100).execute(),
    db.selectFrom('sources').select('settings').limit(1000).execute(),
    db.selectFrom('credentials').select('password').limit(1000).execute(),
  ])
  const texts = [
    ...own.map((row) => row.sealed),
    ...sources.map((row) => row.settings),
    ...credentials.map((row) => row.password),
  ]
  return texts.flatMap((text) => text.match(sealedText) ?? [])
}
