import { z } from 'zod'
import { findingOperations } from '#features/hosts/finding-operations.ts'
import { countHosts, findHost, hostOrders, listHosts } from '#features/hosts/host-queries.ts'
import type { HostOrder } from '#features/hosts/host-queries.ts'
import { Host, hostStatuses, hostTypes } from '#features/hosts/host-shapes.ts'
import { editHost, reviewHosts, reviewedAtMost } from '#features/hosts/review-hosts.ts'
import { operation } from '#features/operation.ts'
import type { AnyOperation } from '#features/operation.ts'
import { decodeCursor, encodeCursor, pageInput, pageOf } from '#features/page.ts'
import { AppError } from '#kernel/errors.ts'
import { HostId } from '#model/ids.ts'

const HostKey = z.string().trim().min(1).max(50).describe('Id or MAC address, in any spelling.')
const HostQuery = z.string().max(8000).describe('Query over hosts: `status:pending vendor:dell seen<7d`.')
const Notes = z.string().max(10_000)
const Decided = z.enum(['pending', 'approved', 'rejected'])
const sorts = hostOrders.flatMap((order): [HostOrder, `-${HostOrder}`] => [order, `-${order}`])

/** A cursor belongs to the order it was made in. */
const Position = z.tuple([z.string(), z.string(), z.number()])

/** MAC addresses seen on the network, their review, and what Rollcall found that a person should look at. */
export const hostOperations: readonly AnyOperation[] = [
  operation({
    name: 'host.list',
    summary: 'List MAC addresses seen on the network, the one seen last first.',
    http: 'GET /hosts',
    effect: 'read',
    permission: 'inventory.read',
    paged: true,
    input: z.object({
      ...pageInput,
      q: HostQuery.exactOptional(),
      status: z.enum(hostStatuses).exactOptional(),
      sort: z.enum(sorts).default('-lastSeen').describe('What to order by; a minus turns it round.'),
    }),
    output: pageOf(Host),
    cli: {
      arguments: ['q'],
      columns: ['id', 'mac', 'hostname', 'addresses', 'hostType', 'status', 'device.name', 'lastSeen'],
    },
    async run(call, { limit, cursor, sort, ...filter }) {
      const at = cursor === undefined ? undefined : decodeCursor(cursor, Position)
      if (at && at[0] !== sort) throw wrongOrder(cursor!)
      const page = {
        order: sort.replace('-', '') as HostOrder,
        descending: sort.startsWith('-'),
        after: at && ([at[1], at[2]] as [string, number]),
        limit: limit + 1,
      }
      const [found, total] = await Promise.all([
        listHosts(call, filter, page),
        // Only the first page says how many there are: counting again for each would cost more than the page.
        cursor === undefined ? countHosts(call, filter) : undefined,
      ])
      const items = found.slice(0, limit)
      return {
        items: items.map(({ host }) => host),
        nextCursor: found.length > limit ? encodeCursor([sort, ...items.at(-1)!.position]) : null,
        ...(total === undefined ? {} : { total }),
      }
    },
  }),
  operation({
    name: 'host.show',
    summary: 'Show one MAC address seen on the network.',
    http: 'GET /hosts/:id',
    effect: 'read',
    permission: 'inventory.read',
    input: z.object({ id: HostKey }),
    output: Host,
    cli: { arguments: ['id'] },
    run: (call, { id }) => findHost(call, id),
  }),
  operation({
    name: 'host.update',
    summary: 'Classify a host, approve or reject it, or write notes about it.',
    http: 'PATCH /hosts/:id',
    effect: 'change',
    permission: 'hosts.review',
    input: z.object({
      id: HostKey,
      hostType: z
        .enum(hostTypes)
        .nullable()
        .exactOptional()
        .describe('Stays as given whatever sources say; null takes it from the device again.'),
      notes: Notes.nullable().exactOptional(),
      status: Decided.exactOptional(),
      expectedVersion: z.number().int().exactOptional(),
    }),
    output: Host,
    cli: { arguments: ['id'] },
    run: (call, { id, expectedVersion, ...decision }) => editHost(call, id, decision, expectedVersion),
  }),
  operation({
    name: 'host.review',
    summary: 'Approve, reject or classify many hosts at once.',
    http: 'POST /hosts/review',
    effect: 'change',
    permission: 'hosts.review',
    input: z.object({
      ids: z.array(HostId).min(1).max(reviewedAtMost).exactOptional(),
      q: HostQuery.exactOptional().describe(`A query that finds at most ${reviewedAtMost} hosts.`),
      status: Decided.exactOptional(),
      hostType: z.enum(hostTypes).exactOptional(),
      notes: Notes.exactOptional(),
    }),
    output: z.object({ changed: z.number().int().describe('How many are now different.') }),
    async run(call, { ids, q, ...decision }) {
      if ((ids === undefined) === (q === undefined))
        throw new AppError('INPUT_INVALID', 'A review takes either ids or a query', {
          complaints: [{ path: 'ids', expected: 'ids or q, and not both' }],
        })
      return { changed: await reviewHosts(call, { ids, q }, decision) }
    },
  }),
  ...findingOperations,
]

const wrongOrder = (cursor: string): AppError =>
  new AppError('CURSOR_INVALID', 'The cursor belongs to another order of this listing', {
    complaints: [{ path: 'cursor', value: cursor, expected: 'a nextCursor of the same sort' }],
    hint: 'Begin again without a cursor.',
  })
