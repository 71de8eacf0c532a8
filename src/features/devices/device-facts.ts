import { byBelief, type Beliefs, type LinkedContent } from '#features/identity/golden-belief.ts'
import { fieldOf, goldenDevice } from '#features/identity/golden-device.ts'
import { conflictsOf, type Choice } from '#features/identity/golden-field.ts'
import type { SourcedFact } from '#features/inventory/device-shapes.ts'
import type { Change } from '#features/inventory/device-shapes.ts'
import { fieldColumns, type DeviceState } from '#features/inventory/device-state.ts'
import { enteredTimes } from '#features/devices/manual-record.ts'
import type { DeviceRecord } from '#features/devices/linked-record-queries.ts'
import type { Json, JsonObject } from '#kernel/json.ts'
import { sameJson } from '#kernel/json.ts'
import { RecordId } from '#model/ids.ts'

/** Facts that are shown with where they come from; interfaces and relationships have lists of their own. */
const isFact = (path: string): boolean =>
  (path in fieldColumns && path !== 'retiredAt') || /^(vm|metadata|custom)\//.test(path)

/** Every fact of a device, who says so and since when nobody has said otherwise, and what other sources say. */
export function factsOf(
  state: DeviceState,
  records: readonly DeviceRecord[],
  beliefs: Beliefs,
  now: string,
): SourcedFact[] {
  const shown = new Map(records.map(({ content, shown: record }) => [content.recordId, record]))
  const contents = records.map(({ content }) => content)
  const believed = byBelief(contents, beliefs)
  const { fields } =
    contents.length > 0 ? goldenDevice(contents, beliefs) : { fields: new Map<string, Choice>() }
  const contested = new Set(conflictsOf(fields).map(({ field }) => field))
  return Object.entries(state)
    .filter(([path]) => isFact(path))
    .map(([path, value]) => {
      /** What a person entered is as old as that; what a source holds, it held when it was last read. */
      const toldAt = ({ recordId, system, record }: LinkedContent): string =>
        (system === 'manual' && record.kind === 'device' ? enteredTimes(record)[path] : undefined) ??
        shown.get(recordId)!.lastSeen
      const told = believed.flatMap((content) => {
        const said = saidOf(content, path)
        return said === undefined ? [] : [{ content, said }]
      })
      const choice = fields.get(path)
      const winner = winnerOf(told, value, choice)
      const others = told.filter((each) => each !== winner && !sameJson(each.said, value))
      return {
        name: path,
        value,
        source: winner?.content.source ?? (choice === undefined ? 'rollcall' : 'lock'),
        recordId: winner === undefined ? null : RecordId.parse(winner.content.recordId),
        seenAt: winner === undefined ? now : toldAt(winner.content),
        reason: choice?.reason ?? null,
        ruleId:
          beliefs.rules.find((rule) => rule.field === path && rule.device === beliefs.device)?.id ?? null,
        isConflict: contested.has(path),
        others: others.map(({ content, said }) => ({
          source: content.source,
          recordId: RecordId.parse(content.recordId),
          value: said,
          seenAt: toldAt(content),
        })),
      }
    })
}

/** Who says the value: nobody, where a person locked it. */
function winnerOf<Said extends { content: LinkedContent; said: Json }>(
  told: readonly Said[],
  value: Json,
  choice: Choice | undefined,
): Said | undefined {
  if (choice === undefined) return told.find(({ said }) => sameJson(said, value)) ?? told[0]
  return told.find(({ content }) => content === choice.content)
}

/** What one record says of a fact; undefined when it says nothing of it. */
function saidOf(content: LinkedContent, path: string): Json | undefined {
  const { record, system, source } = content
  const [group, first, ...rest] = path.split('/')
  const fact = rest.join('/')
  switch (group) {
    case 'vm': {
      const vm = record.kind === 'device' ? (record.vm as JsonObject | undefined) : undefined
      return vm?.[path.slice('vm/'.length)]
    }
    case 'custom': {
      const custom = system === 'manual' && record.kind === 'device' ? record.facts?.['custom'] : undefined
      return (custom as JsonObject | undefined)?.[path.slice('custom/'.length)]
    }
    case 'metadata':
      if (source !== first || record.kind === 'volume') return undefined
      if (fact === 'switchPort' && record.kind === 'sighting') return record.switchPort
      return record.facts?.[fact]
    case 'address':
      if (record.kind === 'device') return record.address
      return record.kind === 'sighting' ? record.addresses[0] : undefined
    default:
      return fieldOf(content, path) || undefined
  }
}

/** Every fact as it was, from the history until then, newest first: who told it last. It is read no further than that. */
export async function pastFactsOf(
  state: DeviceState,
  earlier: AsyncIterable<readonly Pick<Change, 'at' | 'by' | 'source' | 'after'>[]>,
  knownSince: string,
): Promise<SourcedFact[]> {
  const told = new Map<string, { source: string; at: string }>()
  const paths = Object.keys(state).filter(isFact)
  for await (const changes of earlier) {
    for (const { after, source, by, at } of changes) {
      for (const path of Object.keys(after)) if (!told.has(path)) told.set(path, { source: source ?? by, at })
    }
    if (paths.every((path) => told.has(path))) break
  }
  return paths.map((path) => ({
    name: path,
    value: state[path]!,
    source: told.get(path)?.source ?? 'rollcall',
    recordId: null,
    seenAt: told.get(path)?.at ?? knownSince,
    reason: null,
    ruleId: null,
    isConflict: false,
    others: [],
  }))
}
