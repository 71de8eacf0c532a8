import type { FastifyInstance } from 'fastify'
import { toSecretKey } from '#features/access/key-file.ts'
import { createSecretBox } from '#features/access/secret-box.ts'
import type { Context } from '#features/context.ts'
import { AppError } from '#kernel/errors.ts'
import { createEventBus } from '#kernel/event-bus.ts'
import { silentLog } from '#kernel/log.ts'
import { type Actor, type Role, rolePermissions, roles } from '#model/actor.ts'
import { buildHttpServer, type HttpParts } from '#surfaces/http/http-server.ts'
import { type SampleWorld, sampleWorld } from '#test/sample-operations.ts'
import { TestClock } from '#test/test-clock.ts'

export const anonymous: Actor = { kind: 'anonymous', name: 'anonymous', permissions: new Set() }

/** An actor with all that a role gives. */
export const actorOf = (role: Role): Actor => ({
  kind: 'token',
  name: `token:${role}`,
  role,
  permissions: new Set(rolePermissions[role]),
})

/** Bearer tokens named after the roles, and a session cookie of an admin. */
export async function sampleIdentify({ headers }: { headers: Headers }): Promise<Actor> {
  const token = headers.get('authorization')?.replace('Bearer ', '')
  if (token === undefined) {
    const signedIn = headers.get('cookie')?.includes('session=ada') ?? false
    return signedIn ? { ...actorOf('admin'), kind: 'user', name: 'ada@example.net' } : anonymous
  }
  if (token === 'nothing') return { kind: 'token', name: 'token:nothing', permissions: new Set() }
  const role = roles.find((each) => each === token)
  if (!role) throw new AppError('UNAUTHENTICATED', 'This token is not known or has expired')
  return actorOf(role)
}

/** A context for operations that use none of it; what a test needs it gives itself. */
export function stubContext(overrides: Partial<Context> = {}): Context {
  const config = { server: { host: '127.0.0.1', port: 0, trustedProxies: [], tls: {} } }
  const secrets = {
    ...createSecretBox([toSecretKey(Buffer.alloc(32, 7))]),
    seal: (plain: string) => btoa(plain),
    open: (sealed: string) => atob(sealed),
  }
  const parts: Partial<Context> = {
    clock: new TestClock(),
    log: silentLog,
    events: createEventBus(),
    secrets,
    audit: async () => {},
  }
  return { config, ...parts, ...overrides } as unknown as Context
}

export interface SampleServer {
  server: FastifyInstance
  world: SampleWorld
  context: Context
}

/** The HTTP surface over the sample world; close it. */
export function sampleServer(
  overrides: Partial<HttpParts> = {},
  world: SampleWorld = sampleWorld(),
): SampleServer {
  const context = overrides.context ?? stubContext()
  const access = { identify: sampleIdentify, handle: async () => new Response('signed in', { status: 200 }) }
  const server = buildHttpServer({
    operations: world.operations,
    access,
    version: '1.2.3',
    ...overrides,
    context,
  })
  return { server, world, context }
}

/** The header of a token that carries a role. */
export const as = (role: Role | 'nothing'): { authorization: string } => ({ authorization: `Bearer ${role}` })
