import assert from 'node:assert/strict'
import { createAccess } from '#features/access/access.ts'
import type { Access, AccessPart } from '#features/access/access.ts'
import type { SignInLimits } from '#features/access/sign-in-limit.ts'
import { cliActor } from '#features/access/cli-actor.ts'
import { toSecretKey } from '#features/access/key-file.ts'
import { createSecretBox } from '#features/access/secret-box.ts'
import { acceptInvite } from '#features/access/setup.ts'
import type { User } from '#features/access/user-queries.ts'
import { inviteUser } from '#features/access/users.ts'
import type { NewUser } from '#features/access/users.ts'
import type { OpenDatabase } from '#database/open.ts'
import { systemClock } from '#kernel/clock.ts'
import type { Clock } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import type { ErrorCode } from '#kernel/errors.ts'
import { silentLog } from '#kernel/log.ts'
import type { Actor } from '#model/actor.ts'
import { testConfig } from '#test/test-config.ts'
import type { ConfigOverrides } from '#test/test-config.ts'

/** Turns text into something else: enough to see that what is stored is not the plain text. */
const codingSecrets = {
  ...createSecretBox([toSecretKey(Buffer.alloc(32, 7))]),
  seal: (plain: string) => `sealed:${Buffer.from(plain).toString('base64')}`,
  open: (sealed: string) => Buffer.from(sealed.slice('sealed:'.length), 'base64').toString(),
}

export interface AccessOptions {
  clock?: Clock
  config?: ConfigOverrides
  limits?: SignInLimits
}

/** Access over a test's database, and the part of the context it was made from. */
export function testAccess(
  opened: Pick<OpenDatabase, 'db' | 'engine'>,
  { clock = systemClock, config = {}, limits }: AccessOptions = {},
): { access: Access; context: AccessPart } {
  const context = {
    db: opened.db,
    engine: opened.engine,
    clock,
    log: silentLog,
    config: testConfig(config),
    secrets: codingSecrets,
  }
  return { access: createAccess(context, limits === undefined ? {} : { limits }), context }
}

/** A browser at one address: keeps cookies, says where its pages come from. */
export interface Browser {
  get(path: string): Promise<Response>
  post(path: string, body?: object, headers?: Record<string, string>): Promise<Response>
  /** Who the server takes this browser for. */
  actor(): Promise<Actor>
  cookies: Map<string, string>
}

export function openBrowser(
  access: Pick<Access, 'handle' | 'identify'>,
  { origin = 'http://127.0.0.1:8080', address = '192.0.2.10' }: { origin?: string; address?: string } = {},
): Browser {
  const cookies = new Map<string, string>()
  const headers = () => {
    const all = new Headers({ 'x-forwarded-for': address, host: new URL(origin).host, 'user-agent': 'test' })
    if (cookies.size > 0)
      all.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    return all
  }
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const answer = await access.handle(new Request(new URL(`/api/auth${path}`, origin), init))
    for (const cookie of answer.headers.getSetCookie()) keep(cookies, cookie)
    return answer
  }
  return {
    cookies,
    get: (path) => send(path, { headers: headers() }),
    post: (path, body = {}, extra = {}) => {
      const all = headers()
      all.set('content-type', 'application/json')
      all.set('origin', origin)
      for (const [name, value] of Object.entries(extra)) all.set(name, value)
      return send(path, { method: 'POST', headers: all, body: JSON.stringify(body) })
    },
    actor: () => access.identify({ headers: headers(), address }),
  }
}

function keep(cookies: Map<string, string>, header: string): void {
  const [pair = '', ...attributes] = header.split(';')
  const name = pair.slice(0, pair.indexOf('='))
  const value = pair.slice(pair.indexOf('=') + 1)
  const isOver = attributes.some((each) => /^\s*max-age=0$/i.test(each))
  if (isOver || value === '') cookies.delete(name)
  else cookies.set(name, value)
}

/** The first admin of every test. */
export const admin = { name: 'Ada', email: 'ada@example.net', password: 'correct horse battery' }

/** Makes the first admin with a set-up link, as a newcomer does. */
export const makeAdmin = async (access: Access): Promise<User> =>
  access.completeSetup({ token: await access.createSetupLink(), ...admin })

/** Invites somebody who then chooses a password: by default the admin's. */
export async function makeUser(
  context: AccessPart,
  given: Partial<NewUser> & { email: string },
  password: string = admin.password,
): Promise<User> {
  const { link } = await inviteUser(context, cliActor('root'), {
    name: given.email,
    role: 'viewer',
    ...given,
  })
  return acceptInvite(context, { token: link.token, password })
}

/** The AppError with this code that a promise must reject with. */
export async function rejectsWith(code: ErrorCode, promise: Promise<unknown>): Promise<AppError> {
  try {
    await promise
  } catch (error) {
    assert.ok(error instanceof AppError, `not an error for people: ${String(error)}`)
    assert.equal(error.code, code, error.message)
    return error
  }
  assert.fail(`nothing was thrown, ${code} was expected`)
}
