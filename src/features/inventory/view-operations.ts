import { z } from 'zod'
import { isUniqueViolation } from '#database/constraint-errors.ts'
import { assertVersion, changedSince } from '#features/inventory/changed-since.ts'
import {
  deleteView,
  findView,
  insertView,
  listViews,
  SavedView,
  updateView,
} from '#features/inventory/view-queries.ts'
import { operation, type AnyOperation, type Call } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { AppError } from '#kernel/errors.ts'

const Id = z.number().int().positive()
const Name = z.string().trim().min(1).max(100)
const Query = z.string().max(8_000)
const Columns = z.array(z.string().min(1).max(100)).max(100)
const Sort = z.string().max(100).nullable()

const tell = ({ events, clock }: Call) => events.publish({ topic: 'view.changed', at: clock.now(), data: {} })

/** Everybody may look at a shared view; only its owner or an admin changes it. */
async function ownView(call: Call, id: number): Promise<SavedView> {
  const view = await findView(call.db, call.actor.name, id)
  if (view.owner === call.actor.name || call.actor.role === 'admin') return view
  throw new AppError('FORBIDDEN', `The view ${view.name} belongs to ${view.owner}`, {
    hint: 'Save it under a name of your own.',
  })
}

async function sayTaken<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isUniqueViolation(error))
      throw new AppError('ALREADY_EXISTS', `You have a view called ${name} already`)
    throw error
  }
}

/** Queries that people keep under a name. */
export const viewOperations: readonly AnyOperation[] = [
  operation({
    name: 'view.list',
    summary: 'List saved views: your own and those that others share.',
    http: 'GET /views',
    effect: 'read',
    permission: 'inventory.read',
    paged: true,
    input: z.object({ ...pageInput, subject: z.enum(['device', 'host', 'server']).exactOptional() }),
    output: pageOf(SavedView),
    cli: { columns: ['id', 'name', 'subject', 'query', 'shared', 'owner'] },
    async run({ db, actor }, { subject, limit, cursor }) {
      const after = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.string(), z.number()]))
      const views = await listViews(db, actor.name, subject, { after, limit: limit + 1 })
      return toPage(views, limit, ({ name, id }) => [name, id])
    },
  }),
  operation({
    name: 'view.create',
    summary: 'Keep a query, its columns and order under a name.',
    http: 'POST /views',
    effect: 'change',
    permission: 'session',
    input: z.object({
      name: Name,
      subject: z.enum(['device', 'host', 'server']).default('device'),
      query: Query.default(''),
      columns: Columns.default([]),
      sort: Sort.default(null),
      shared: z.boolean().default(false),
    }),
    output: SavedView,
    cli: { arguments: ['name', 'query'] },
    async run(call, view) {
      const made = await sayTaken(view.name, () =>
        insertView(call.db, call.clock.now(), { ...view, owner: call.actor.name }),
      )
      tell(call)
      return made
    },
  }),
  operation({
    name: 'view.update',
    summary: 'Change a saved view of your own.',
    http: 'PATCH /views/:id',
    effect: 'change',
    permission: 'session',
    input: z.object({
      id: Id,
      name: Name.exactOptional(),
      query: Query.exactOptional(),
      columns: Columns.exactOptional(),
      sort: Sort.exactOptional(),
      shared: z.boolean().exactOptional(),
      expectedVersion: z.number().int().exactOptional(),
    }),
    output: SavedView,
    cli: { arguments: ['id'] },
    async run(call, { id, expectedVersion, ...edit }) {
      const view = await ownView(call, id)
      assertVersion(`The view ${view.name}`, view.version, expectedVersion)
      const isDone = await sayTaken(edit.name ?? view.name, () => updateView(call.db, view, edit))
      if (!isDone) throw changedSince(`The view ${view.name}`)
      tell(call)
      return ownView(call, id)
    },
  }),
  operation({
    name: 'view.delete',
    summary: 'Delete a saved view of your own.',
    http: 'DELETE /views/:id',
    effect: 'danger',
    permission: 'session',
    input: z.object({ id: Id }),
    output: z.undefined(),
    cli: { arguments: ['id'] },
    async run(call, { id }) {
      await deleteView(call.db, (await ownView(call, id)).id)
      tell(call)
      return undefined
    },
  }),
]
