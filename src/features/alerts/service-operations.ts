import { z } from 'zod'
import { deleteExpected, insertExpected, loadExpected } from '#features/alerts/expected-service-queries.ts'
import { operation, type AnyOperation, type Call } from '#features/operation.ts'
import { assertServerVisible } from '#features/servers/visible-server-queries.ts'
import { AppError } from '#kernel/errors.ts'

const Server = z.string().trim().min(1).max(100).describe('The id of the server.')
const Service = z.string().trim().min(1).max(200)
const Expected = z.object({ server: z.string(), services: z.array(z.string()) })

const tell = ({ events, clock }: Call): void =>
  events.publish({ topic: 'service.changed', at: clock.now(), data: {} })

const expectedOf = async ({ db }: Call, server: string) => ({
  server,
  services: (await loadExpected(db, server)).get(server) ?? [],
})

/** Services that have to run on a server: one that is stopped or gone is as bad as one that failed. */
export const serviceOperations: readonly AnyOperation[] = [
  operation({
    name: 'service.list',
    summary: 'List the services that have to run on a server.',
    http: 'GET /servers/:id/expected-services',
    effect: 'read',
    permission: 'monitoring.read',
    input: z.object({ id: Server }),
    output: Expected,
    cli: { arguments: ['id'], show: ({ services }: { services: string[] }) => services.join('\n') },
    async run(call, { id }) {
      await assertServerVisible(call.db, call.engine, call.actor, id)
      return expectedOf(call, id)
    },
  }),
  operation({
    name: 'service.expect',
    summary: 'Say that a service has to run on a server.',
    http: 'PUT /servers/:id/expected-services/:service',
    effect: 'change',
    permission: 'monitoring.change',
    input: z.object({ id: Server, service: Service }),
    output: Expected,
    cli: { arguments: ['id', 'service'] },
    async run(call, { id, service }) {
      await assertServerVisible(call.db, call.engine, call.actor, id)
      await insertExpected(call.db, {
        server_id: id,
        service,
        created_by: call.actor.name,
        created_at: call.clock.now(),
      })
      tell(call)
      return expectedOf(call, id)
    },
  }),
  operation({
    name: 'service.unexpect',
    summary: 'Say that a service need not run on a server any more.',
    http: 'DELETE /servers/:id/expected-services/:service',
    effect: 'change',
    permission: 'monitoring.change',
    input: z.object({ id: Server, service: Service }),
    output: Expected,
    cli: { arguments: ['id', 'service'] },
    async run(call, { id, service }) {
      await assertServerVisible(call.db, call.engine, call.actor, id)
      if (!(await deleteExpected(call.db, id, service)))
        throw new AppError('NOT_FOUND', `The service ${service} is not expected of ${id}`)
      tell(call)
      return expectedOf(call, id)
    },
  }),
]
