import { newSecret } from '#features/access/secret-text.ts'
import type { Context } from '#features/context.ts'

const name = 'sign-in'

/** The secret that signs cookies: made once, the same for every process on this database, sealed with the key file. */
export async function readAuthSecret({
  db,
  clock,
  secrets,
}: Pick<Context, 'db' | 'clock' | 'secrets'>): Promise<string> {
  const read = () =>
    db.selectFrom('access_secrets').select('sealed').where('name', '=', name).executeTakeFirst()
  const known = await read()
  if (known) return secrets.open(known.sealed)
  await db
    .insertInto('access_secrets')
    .values({ name, sealed: secrets.seal(newSecret('')), created_at: clock.now() })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
  return secrets.open((await read())!.sealed)
}
