import { z } from 'zod'
import { type AnyOperation, operation } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'
import { JobId } from '#model/ids.ts'

const Thing = z.object({
  id: z.number().int(),
  name: z.string(),
  size: z.number().nullable(),
  tags: z.array(z.string()),
  lastSeen: z.string(),
  version: z.number().int(),
})
export type Thing = z.infer<typeof Thing>

const Things = z.object({
  items: z.array(Thing),
  nextCursor: z.string().nullable(),
  total: z.number().optional(),
})
const Id = z.string().min(1).describe('Id or name')
const Kind = z.enum(['server', 'vm', 'iot'])

/** A small world of things and the operations over it: one of every shape that a surface has to project. */
export interface SampleWorld {
  things: Thing[]
  operations: readonly AnyOperation[]
  /** How often each operation really ran. */
  ran: Record<string, number>
  /** Resolves once thing.wait has begun. */
  waiting: Promise<AbortSignal>
  job: { status: string; progress: { done: number; total: number }; result?: { lost: string[] } }
  healthy: boolean
}

const makeThing = (id: number): Thing => ({
  id,
  name: `thing-${id}`,
  size: id % 3 === 0 ? null : id * 10,
  tags: id % 2 === 0 ? ['even'] : [],
  lastSeen: '2025-12-31T23:00:00.000Z',
  version: 1,
})

/** Makes a world with some things in it. */
export function sampleWorld(count = 3): SampleWorld {
  const begun = Promise.withResolvers<AbortSignal>()
  const world: SampleWorld = {
    things: Array.from({ length: count }, (_, at) => makeThing(at + 1)),
    operations: [],
    ran: {},
    waiting: begun.promise,
    job: { status: 'completed', progress: { done: 3, total: 3 } },
    healthy: true,
  }
  world.operations = [...readers(world), ...writers(world), ...oddities(world, begun)].map((each) =>
    counted(world, each),
  )
  return world
}

const counted = (world: SampleWorld, each: AnyOperation): AnyOperation => ({
  ...each,
  run: (...given: Parameters<AnyOperation['run']>) => {
    world.ran[each.name] = (world.ran[each.name] ?? 0) + 1
    return each.run(...given)
  },
})

function find(world: SampleWorld, id: string): Thing {
  const thing = world.things.find((each) => String(each.id) === id || each.name === id)
  if (!thing)
    throw new AppError('NOT_FOUND', `There is no thing ${id}`, { hint: '`thing list` shows them all.' })
  return thing
}

const readers = (world: SampleWorld): AnyOperation[] => [
  operation({
    name: 'thing.list',
    summary: 'List things.',
    http: 'GET /things',
    effect: 'read',
    permission: 'inventory.read',
    paged: true,
    input: z.object({
      q: z.string().optional().describe('What to look for'),
      kind: Kind.optional(),
      tag: z.array(z.string()).optional(),
      least: z.number().optional(),
      hidden: z.boolean().default(false),
      limit: z.number().int().min(1).max(1000).default(100),
      cursor: z.string().optional(),
    }),
    output: Things,
    cli: { arguments: ['q'], columns: ['id', 'name', 'size', 'tags', 'lastSeen'] },
    run: async (_call, { q, tag, least, limit, cursor }) => {
      const found = world.things.filter(
        (thing) =>
          (q === undefined || thing.name.includes(q)) &&
          (least === undefined || (thing.size ?? 0) >= least) &&
          (tag === undefined || tag.every((each) => thing.tags.includes(each))),
      )
      const from = Number(cursor ?? 0)
      const items = found
        .slice(from, from + limit)
        .map((thing) => Object.assign({ secretColumn: 'never' }, thing))
      return {
        items,
        nextCursor: from + limit < found.length ? String(from + limit) : null,
        total: found.length,
      }
    },
  }),
  operation({
    name: 'thing.show',
    summary: 'Show one thing.',
    http: 'GET /things/:id',
    effect: 'read',
    permission: 'inventory.read',
    input: z.object({ id: Id }),
    output: Thing,
    cli: { arguments: ['id'] },
    run: async (_call, { id }) => find(world, id),
  }),
  operation({
    name: 'system.health',
    summary: 'Tell whether Rollcall works.',
    http: 'GET /system/health',
    effect: 'read',
    permission: 'open',
    input: z.object({}),
    output: z.object({ status: z.enum(['healthy', 'unhealthy']), database: z.string() }),
    cli: { isFailure: ({ status }) => status === 'unhealthy' },
    run: async () =>
      world.healthy
        ? { status: 'healthy' as const, database: 'connected' }
        : { status: 'unhealthy' as const, database: 'disconnected' },
  }),
  operation({
    name: 'session.show',
    summary: 'Show who is asking.',
    http: 'GET /session',
    effect: 'read',
    permission: 'session',
    input: z.object({}),
    output: z.object({ name: z.string() }),
    run: async ({ actor }) => ({ name: actor.name }),
  }),
  operation({
    name: 'job.show',
    summary: 'Show one job.',
    http: 'GET /jobs/:id',
    effect: 'read',
    permission: 'jobs.read',
    input: z.object({ id: z.number().int() }),
    output: z.object({
      id: z.number(),
      status: z.string(),
      progress: z.record(z.string(), z.number()).nullable(),
      result: z.json().optional(),
    }),
    cli: { arguments: ['id'] },
    run: async (_call, { id }) => ({ id, ...world.job }),
  }),
]

const writers = (world: SampleWorld): AnyOperation[] => [
  operation({
    name: 'thing.create',
    summary: 'Make a thing.',
    http: 'POST /things',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object({
      name: z.string().min(1).max(20),
      size: z.number().nullable().default(null),
      tags: z.array(z.string()).default([]),
      custom: z.record(z.string(), z.string()).optional(),
    }),
    output: Thing,
    cli: { arguments: ['name'] },
    run: async (_call, { name, size, tags }) => {
      if (world.things.some((thing) => thing.name === name)) {
        throw new AppError('ALREADY_EXISTS', `There is a thing ${name} already`)
      }
      const thing = { ...makeThing(world.things.length + 1), name, size, tags }
      world.things.push(thing)
      return thing
    },
  }),
  operation({
    name: 'thing.update',
    summary: 'Change a thing.',
    http: 'PATCH /things/:id',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object({
      id: Id,
      name: z.string().min(1).optional(),
      size: z.number().nullable().optional(),
      expectedVersion: z.number().int().optional(),
    }),
    output: Thing,
    cli: { arguments: ['id'] },
    run: async (_call, { id, expectedVersion, name, size }) => {
      const thing = find(world, id)
      if (expectedVersion !== undefined && expectedVersion !== thing.version) {
        throw new AppError('CHANGED_SINCE', `Somebody changed ${thing.name} meanwhile`)
      }
      if (name !== undefined) thing.name = name
      if (size !== undefined) thing.size = size
      thing.version += 1
      return { ...thing }
    },
  }),
  operation({
    name: 'thing.remove',
    summary: 'Remove a thing for good.',
    http: 'DELETE /things/:id',
    effect: 'danger',
    permission: 'system.manage',
    input: z.object({ id: Id, force: z.boolean().default(false) }),
    output: z.undefined(),
    cli: { arguments: ['id'] },
    run: async (_call, { id }) => {
      world.things.splice(world.things.indexOf(find(world, id)), 1)
      return undefined
    },
  }),
  operation({
    name: 'thing.refresh',
    summary: 'Read things again.',
    http: 'POST /things/refresh',
    effect: 'change',
    permission: 'sync.run',
    job: true,
    input: z.object({ names: z.array(z.string()).default([]) }),
    output: z.object({ jobId: JobId }),
    cli: {
      arguments: ['names'],
      aliases: ['refresh'],
      show: ({ lost }) => `lost: ${lost.join(', ')}`,
      isFailure: (result) => (result?.lost.length ?? 0) > 0,
    },
    run: async () => ({ jobId: 7 as JobId }),
  }),
  operation({
    name: 'token.create',
    summary: 'Make a token; it is shown once.',
    http: 'POST /tokens',
    effect: 'change',
    permission: 'access.manage',
    input: z.object({ name: z.string(), password: z.string().min(8).optional().meta({ secret: true }) }),
    output: z.object({ name: z.string(), token: z.string() }),
    run: async (_call, { name }) => ({ name, token: `rc_plain_${world.ran['token.create']}` }),
  }),
]

const oddities = (world: SampleWorld, begun: PromiseWithResolvers<AbortSignal>): AnyOperation[] => [
  operation({
    name: 'thing.preview',
    summary: 'Count what a removal would take.',
    http: 'POST /things/preview',
    effect: 'read',
    preview: true,
    permission: 'inventory.read',
    input: z.object({ names: z.array(z.string()) }),
    output: z.array(z.string()),
    run: async (_call, { names }) =>
      names.filter((name) => world.things.some((thing) => thing.name === name)),
  }),
  operation({
    name: 'thing.fail',
    summary: 'Fail in a given way.',
    http: 'POST /things/fail',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object({ code: z.string() }),
    output: z.undefined(),
    run: async (_call, { code }) => {
      if (code === 'STRANGER') throw new Error('password=hunter2 at /var/lib/secret')
      throw new AppError(code as 'NOT_FOUND', `Failed with ${code}`, {
        hint: 'Do it otherwise.',
        retryAfterSeconds: 5,
      })
    },
  }),
  operation({
    name: 'thing.wait',
    summary: 'Wait until the caller leaves.',
    http: 'POST /things/wait',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object({}),
    output: z.undefined(),
    run: async (_call, _input, signal) => {
      begun.resolve(signal)
      return new Promise<undefined>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
      })
    },
  }),
]
