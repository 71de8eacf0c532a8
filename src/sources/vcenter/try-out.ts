import type { SourceCheck, SourceTest, SourceTools } from '#sources/source.ts'
import type { ManagedObject } from '#sources/vcenter/envelope.ts'
import {
  count,
  createMissing,
  gapsOfList,
  gapsOfRetrieval,
  warningsOfRetrieval,
} from '#sources/vcenter/gaps.ts'
import { listInventory } from '#sources/vcenter/inventory-list.ts'
import { pathsFor } from '#sources/vcenter/reading.ts'
import { createRetrieval, retrieve } from '#sources/vcenter/retrieval.ts'
import type { Session } from '#sources/vcenter/session.ts'
import type { VcenterSettings } from '#sources/vcenter/settings.ts'
import { openTags } from '#sources/vcenter/tags.ts'

const kinds = [
  ['ClusterComputeResource', 'cluster'],
  ['HostSystem', 'host'],
  ['VirtualMachine', 'virtual machine'],
  ['Datastore', 'datastore'],
] as const

const sentence = (clause: string): string => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`

const rights =
  'Give the login the role Read-only at the top of the inventory, and let it propagate to children.'

/** So many of a kind show what the login may read of it. */
const sampleSize = 3

async function tryKind(
  session: Session,
  settings: VcenterSettings,
  tools: SourceTools,
  [what, objects]: [string, readonly ManagedObject[]],
  signal: AbortSignal,
): Promise<SourceCheck> {
  const retrieval = createRetrieval(session, tools.clock, pathsFor(settings), sampleSize)
  const missing = createMissing()
  const read = await retrieve(retrieval, objects.slice(0, sampleSize), signal)
  for (const each of read) missing.note(each)
  const gaps = [...missing.gaps(), ...gapsOfRetrieval(retrieval)]
  const name = `Read ${what}s`
  const found = count(objects.length, what)
  if (gaps.length > 0) {
    const result = read.length > 0 ? 'limited' : 'failed'
    return { name, result, detail: `${found}; of those tried, ${gaps.join('; ')}.`, fix: rights }
  }
  const unknown = [...missing.warnings(), ...warningsOfRetrieval(retrieval)]
  return unknown.length > 0
    ? { name, result: 'limited', detail: `${found}. ${unknown.join(' ')}` }
    : { name, result: 'ok', detail: `${found}.` }
}

async function tryTags(
  session: Session,
  settings: VcenterSettings,
  signal: AbortSignal,
): Promise<SourceCheck[]> {
  const name = 'Read tags'
  if (!settings.tags) return []
  if (session.content.about.apiType === 'HostAgent')
    return [{ name, result: 'ok', detail: 'A host that stands alone has none.' }]
  const tags = await openTags(session.http, settings, signal)
  if (typeof tags === 'string') {
    const fix = 'Let the login use the REST interface, or set tags to false.'
    return [{ name, result: 'limited', detail: `Tags are not read: ${tags}.`, fix }]
  }
  await tags.close()
  return [{ name, result: 'ok', detail: 'Its interface for tags answers.' }]
}

/** Tries everything that a reading needs, on a few objects of each kind. */
export async function tryOut(
  session: Session,
  settings: VcenterSettings,
  tools: SourceTools,
  signal: AbortSignal,
): Promise<SourceTest> {
  const { about } = session.content
  const list = await listInventory(session, signal)
  const gaps = gapsOfList(list, settings.seesPart)
  const checks: SourceCheck[] = [
    { name: 'Sign in', result: 'ok', detail: `As ${settings.username}.` },
    gaps.length === 0
      ? {
          name: 'See the inventory',
          result: 'ok',
          detail: settings.seesPart ? 'A part of it, as configured.' : 'All of it.',
        }
      : { name: 'See the inventory', result: 'limited', detail: sentence(gaps.join('; ')), fix: rights },
  ]
  for (const [type, what] of kinds) {
    const objects = list.objects.filter((object) => object.type === type)
    checks.push(await tryKind(session, settings, tools, [what, objects], signal))
  }
  checks.push(...(await tryTags(session, settings, signal)))
  const holds = kinds.map(([type, what]) =>
    count(list.objects.filter((each) => each.type === type).length, what),
  )
  return {
    message: `${about.fullName}: ${holds.join(', ')}.`,
    warnings: checks.filter(({ result }) => result !== 'ok').map(({ detail }) => detail),
    checks,
  }
}
