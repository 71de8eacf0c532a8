import { z } from 'zod'
import { DeviceKey } from '#features/inventory/device-key.ts'
import { findDeviceId } from '#features/inventory/find-device-queries.ts'
import { freshnessOf } from '#features/inventory/freshness-queries.ts'
import { operation } from '#features/operation.ts'
import type { AnyOperation } from '#features/operation.ts'
import { describePlaces, neighboursOf } from '#features/topology/neighbour-queries.ts'
import { stepText } from '#features/topology/path-words.ts'
import { shortestPath } from '#features/topology/shortest-path.ts'
import type { Json } from '#kernel/json.ts'

/** So many places are looked at before a path counts as too far: an installation of a hundred thousand devices. */
const most = 50_000

const Place = z.object({
  kind: z.enum(['device', 'volume']),
  id: z.number().int(),
  name: z.string(),
  type: z.string().describe('The type of the device or of the volume.'),
  status: z.string(),
})

const Step = z.object({
  from: Place,
  to: Place,
  type: z
    .enum(['hosts', 'connects_to', 'manages', 'backs_up', 'owns', 'uses', 'cut_from', 'lies_on'])
    .describe('How they hang together.'),
  text: z.string().describe('The step as a sentence.'),
  source: z.string().nullable().describe('The source that says so.'),
  metadata: z.record(z.string(), z.custom<Json>()).describe('What else is known of it, such as the ports.'),
})

const Freshness = z.object({
  source: z.string(),
  completeAt: z.string().nullable().describe('When it was last read to its end.'),
  status: z.string().nullable(),
})

const PathAnswer = z.object({
  connected: z.boolean(),
  reason: z.string().nullable().describe('Why no way is told.'),
  steps: z.array(Step),
  sources: z.array(Freshness).describe('How fresh the sources of these steps are.'),
})

/** How two devices hang together: what they run on, are plugged into, and lie on. */
export const pathOperations: readonly AnyOperation[] = [
  operation({
    name: 'device.path',
    summary: 'Explain how two devices are connected: over hosts, switches, volumes and what manages them.',
    http: 'GET /devices/:from/path/:to',
    effect: 'read',
    permission: 'inventory.read',
    input: z.object({ from: DeviceKey, to: DeviceKey }),
    output: PathAnswer,
    cli: { arguments: ['from', 'to'], show: pathText, isFailure: ({ connected }: PathAnswer) => !connected },
    async run(call, given, signal) {
      const from = await findDeviceId(call, given.from)
      const to = await findDeviceId(call, given.to)
      const found = await shortestPath(
        from,
        to,
        (places) => {
          signal.throwIfAborted()
          return neighboursOf(call, places)
        },
        most,
      )
      if (!Array.isArray(found)) return { connected: false, reason: noWay(found), steps: [], sources: [] }
      const places = await describePlaces(call, [from, ...found.map((hop) => hop.to)])
      const steps = found.map(({ from: here, to: there, detail }) => {
        const [near, far] = [places.get(here)!, places.get(there)!]
        const text = stepText(detail, near, far, detail.from === here)
        return {
          from: near,
          to: far,
          type: detail.type,
          text,
          source: detail.source,
          metadata: detail.metadata,
        }
      })
      const sources = new Set(steps.flatMap((step) => step.source ?? []))
      return { connected: true, reason: null, steps, sources: await freshnessOf(call.db, [...sources]) }
    },
  }),
]

type PathAnswer = z.infer<typeof PathAnswer>

const noWay = (found: 'too far' | undefined): string =>
  found === 'too far'
    ? `More than ${most.toLocaleString('en')} devices lie between, so the search was given up.`
    : 'Nothing that is known connects them.'

function pathText({ connected, reason, steps, sources }: PathAnswer): string {
  if (!connected) return reason ?? ''
  if (steps.length === 0) return 'They are the same device.'
  const lines = steps.map(({ text, source }) => `${text}${source === null ? '' : `  [${source}]`}`)
  const ages = sources.map(({ source, completeAt }) => `${source}: ${completeAt ?? 'never read to its end'}`)
  return [...lines, '', ...(ages.length > 0 ? ['Read:', ...ages.map((age) => `  ${age}`)] : [])]
    .join('\n')
    .trimEnd()
}
