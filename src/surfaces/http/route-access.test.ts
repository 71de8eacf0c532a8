import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { AnyOperation } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'
import { rolePermissions, roles } from '#model/actor.ts'
import { mayCall } from '#surfaces/answer-operation.ts'
import { everyRoute, type RouteFact } from '#surfaces/http/route-facts.ts'
import { actorOf, anonymous, as, sampleServer } from '#test/sample-server.ts'
import { sampleWorld } from '#test/sample-operations.ts'

// The real list belongs to the composition; without it the samples still walk every kind of route.
const list = new URL('../../features/operations.ts', import.meta.url)
const real = existsSync(list)
  ? ((await import(list.href)) as { operations: readonly AnyOperation[] }).operations
  : undefined
const registries: readonly (readonly [string, readonly AnyOperation[]])[] = [
  ['sample', sampleWorld().operations],
  ...(real ? ([['Rollcall', real]] as const) : []),
]

/** Operations that only tell that they were reached, so that the walk changes nothing. */
const reached = (operations: readonly AnyOperation[]): AnyOperation[] =>
  operations.map((each) => ({ ...each, run: () => Promise.reject(new AppError('CONFLICT', 'reached')) }))

async function ready(operations: readonly AnyOperation[]): Promise<FastifyInstance> {
  const { server } = sampleServer({
    operations: reached(operations),
    webRoot: tmpdir(),
    answerMcp: async () => new Response('{}'),
    exportDevices: async function* () {
      yield 'id\n'
    },
  })
  await server.ready()
  return server
}

async function statusOf(
  server: FastifyInstance,
  route: RouteFact,
  headers: Record<string, string>,
): Promise<number> {
  const url = route.url.replaceAll(/:\w+/g, '1').replace('*', 'x')
  const request = { method: route.method as 'GET', url, headers }
  // The event stream stays open when it is allowed: its first bytes are enough.
  const answer = await server.inject({ ...request, payloadAsStream: true })
  answer.stream().destroy()
  return answer.statusCode
}

for (const [name, operations] of registries) {
  test(`every route of the ${name} operations declares what it needs`, async () => {
    const routes = everyRoute(await ready(operations))
    for (const operation of operations) {
      const route = routes.find((each) => each.operation === operation.name)
      assert.equal(route?.permission, operation.permission, operation.name)
    }
  })

  test(`no ${name} route answers without a token unless it is open`, async () => {
    const server = await ready(operations)
    for (const route of everyRoute(server)) {
      const status = await statusOf(server, route, {})
      const open = mayCall(route.permission, anonymous)
      assert.equal(status === 401, !open, `${route.method} ${route.url} answered ${status}`)
    }
  })

  test(`a token without any right gets no further than session routes of the ${name} operations`, async () => {
    const server = await ready(operations)
    for (const route of everyRoute(server)) {
      const status = await statusOf(server, route, as('nothing'))
      const allowed = route.permission === 'open' || route.permission === 'session'
      assert.equal(status === 403, !allowed, `${route.method} ${route.url} answered ${status}`)
    }
  })

  for (const role of roles) {
    test(`${role} reaches exactly the ${name} routes of its permissions`, async () => {
      const server = await ready(operations)
      for (const route of everyRoute(server)) {
        const status = await statusOf(server, route, as(role))
        const allowed =
          route.permission === 'open' ||
          route.permission === 'session' ||
          rolePermissions[role].includes(route.permission)
        assert.equal(allowed, mayCall(route.permission, actorOf(role)))
        assert.equal(status === 403, !allowed, `${route.method} ${route.url} answered ${status}`)
        assert.notEqual(status, 401, `${route.method} ${route.url}`)
      }
    })
  }
}

test('a route that forgets its permission stops the start', async () => {
  const { server } = sampleServer()
  assert.throws(() => server.get('/forgotten', async () => 'all for everyone'), /declares no permission/)
})
