import { hashSecret, newSecret } from '#features/access/secret-text.ts'
import type { Config } from '#config.ts'
import type { Context } from '#features/context.ts'
import type { Database } from '#database/schema.ts'
import { shift } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'

/** `setup` makes the first admin; `invite` lets a known person choose a password. */
export type LinkPurpose = 'setup' | 'invite'

/** A link that works once. Its token is told now and never again. */
export interface SetupLink {
  token: string
  purpose: LinkPurpose
  expiresAt: string
}

const hour = 3_600_000
const lifetime: Record<LinkPurpose, number> = { setup: 24 * hour, invite: 72 * hour }

/** Makes a link; only its hash is kept. A person has one at most. */
export async function newSetupLink(
  db: Database,
  { clock }: Pick<Context, 'clock'>,
  { purpose, userId, actor }: { purpose: LinkPurpose; userId?: string; actor: Pick<Actor, 'name'> },
): Promise<SetupLink> {
  const now = clock.now()
  const link = { token: newSecret('rs_'), purpose, expiresAt: shift(now, lifetime[purpose]) }
  await db
    .deleteFrom('setup_links')
    .where((eb) =>
      eb.or([eb('expires_at', '<=', now), ...(userId === undefined ? [] : [eb('user_id', '=', userId)])]),
    )
    .execute()
  await db
    .insertInto('setup_links')
    .values({
      hash: hashSecret(link.token),
      purpose,
      user_id: userId ?? null,
      created_by: actor.name,
      created_at: now,
      expires_at: link.expiresAt,
    })
    .execute()
  return link
}

/** What a link is for, without using it up; throws NOT_FOUND for one that is unknown, used or expired. */
export async function readSetupLink(
  db: Database,
  { clock }: Pick<Context, 'clock'>,
  token: string,
  purpose: LinkPurpose,
): Promise<{ userId: string | null; expiresAt: string }> {
  const row = await db
    .selectFrom('setup_links')
    .select(['user_id', 'expires_at'])
    .where('hash', '=', hashSecret(token))
    .where('purpose', '=', purpose)
    .where('expires_at', '>', clock.now())
    .executeTakeFirst()
  if (!row) throw staleLink()
  return { userId: row.user_id, expiresAt: row.expires_at }
}

/** Uses a link up; of two at the same time one gets NOT_FOUND. */
export async function takeSetupLink(
  db: Database,
  { clock }: Pick<Context, 'clock'>,
  token: string,
): Promise<void> {
  const taken = await db
    .deleteFrom('setup_links')
    .where('hash', '=', hashSecret(token))
    .where('expires_at', '>', clock.now())
    .executeTakeFirst()
  if (taken.numDeletedRows === 0n) throw staleLink()
}

const staleLink = () =>
  new AppError('NOT_FOUND', 'This link was used, has expired, or never was', {
    hint: 'An admin makes a new one with `rollcall user reset`; before the first sign-in `rollcall setup link` does.',
  })

/** The address to open. The token stands behind the #, so that no server or proxy writes it to its log. */
export const setupUrl = (
  config: Pick<Config, 'server'>,
  { purpose, token }: Pick<SetupLink, 'purpose' | 'token'>,
): string => `${ownUrl(config)}/${purpose}#${token}`

function ownUrl({ server }: Pick<Config, 'server'>): string {
  if (server.publicUrl !== undefined) return server.publicUrl.replace(/\/+$/, '')
  const host = ['0.0.0.0', '::', '*'].includes(server.host) ? 'localhost' : server.host
  return `${server.tls.cert === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${server.port}`
}
