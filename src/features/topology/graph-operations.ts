import { z } from 'zod'
import { DeviceKey } from '#features/inventory/device-key.ts'
import { deviceFilter } from '#features/inventory/device-list-queries.ts'
import type { Asking, DeviceFilter } from '#features/inventory/device-list-queries.ts'
import { findDeviceId } from '#features/inventory/find-device-queries.ts'
import { DeviceQuery } from '#features/inventory/list-devices.ts'
import { freshnessOf } from '#features/inventory/freshness-queries.ts'
import { operation } from '#features/operation.ts'
import type { AnyOperation } from '#features/operation.ts'
import { connectedDevices, edgesAmong, edgesAt, nodesOf } from '#features/topology/graph-queries.ts'
import { deviceStatuses, deviceTypes, relationshipTypes } from '#model/record.ts'
import type { JsonObject } from '#kernel/json.ts'

const Line = z.object({
  parentPort: z.string().exactOptional(),
  childPort: z.string().exactOptional(),
  protocols: z.array(z.string()),
  vlan: z.number().exactOptional(),
})

const Graph = z.object({
  nodes: z.array(
    z.object({
      id: z.number().int(),
      name: z.string(),
      type: z.enum(deviceTypes),
      status: z.enum(deviceStatuses),
      site: z.string().nullable(),
      address: z.string().nullable(),
    }),
  ),
  edges: z.array(
    z.object({
      id: z.number().int(),
      parent: z.number().int(),
      child: z.number().int(),
      type: z.enum(relationshipTypes),
      lines: z.array(Line).describe('Of a connection: every line between the two, with its ports.'),
      source: z.string(),
    }),
  ),
  total: z.number().int().describe('How many devices there are that the graph could show.'),
  truncated: z.boolean().describe('There are more than it shows: narrow the query, or raise the limit.'),
  sources: z
    .array(z.object({ source: z.string(), completeAt: z.string().nullable(), status: z.string().nullable() }))
    .describe('How fresh the sources of these relationships are.'),
})

/** Devices around one, ring by ring, until there are more than the limit. */
async function around(
  call: Asking,
  filter: DeviceFilter,
  center: number,
  { depth, types, limit }: { depth: number; types: readonly string[]; limit: number },
): Promise<{ ids: number[]; total: number }> {
  const known = new Set([center])
  let ring = [center]
  for (let step = 0; step < depth && ring.length > 0 && known.size <= limit; step += 1) {
    const edges = await edgesAt(call, ring, types)
    const reached = new Set(edges.flatMap(({ parent, child }) => [parent, child]))
    const fresh = [...reached].filter((id) => !known.has(id))
    ring = (await nodesOf(call, filter, fresh)).map((node) => node.id)
    for (const id of ring) known.add(id)
  }
  return { ids: [...known].slice(0, limit), total: known.size }
}

/** How devices hang together, as a graph. */
export const graphOperations: readonly AnyOperation[] = [
  operation({
    name: 'topology.show',
    summary: 'Show how devices hang together, as a graph of devices and relationships.',
    http: 'GET /topology',
    effect: 'read',
    permission: 'inventory.read',
    input: z.object({
      q: DeviceQuery.exactOptional(),
      around: DeviceKey.exactOptional().describe('Only what is near this device.'),
      depth: z.number().int().min(1).max(6).default(2).describe('How many steps away from it.'),
      types: z
        .array(z.enum(relationshipTypes))
        .min(1)
        .default([...relationshipTypes])
        .describe('Which relationships.'),
      limit: z.number().int().min(1).max(20_000).default(2_000).describe('How many devices at most.'),
    }),
    output: Graph,
    cli: { arguments: ['q'] },
    async run(call, { q, around: near, depth, types, limit }, signal) {
      const filter = await deviceFilter(call, q)
      const { ids, total } =
        near === undefined
          ? await connectedDevices(call, filter, types, limit)
          : await around(call, filter, await findDeviceId(call, near), { depth, types, limit })
      signal.throwIfAborted()
      const nodes = await nodesOf(call, near === undefined ? filter : { ...filter, where: undefined }, ids)
      const rows = await edgesAmong(
        call,
        nodes.map((node) => node.id),
        types,
      )
      const sources = [...new Set(rows.map((row) => row.source))]
      return {
        nodes: nodes as z.input<typeof Graph>['nodes'],
        edges: rows.map(({ metadata, ...row }) => ({
          ...row,
          type: row.type as (typeof relationshipTypes)[number],
          lines: linesIn(JSON.parse(metadata) as JsonObject),
        })),
        total,
        truncated: total > nodes.length,
        sources: await freshnessOf(call.db, sources),
      }
    },
  }),
]

const linesIn = (metadata: JsonObject): z.input<typeof Line>[] => {
  const lines = z.array(Line).safeParse(metadata['links'])
  return lines.success ? lines.data : []
}
