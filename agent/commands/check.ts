import { type AgentParts, hubOf } from '#agent/agent-parts.ts'
import { reasonOf, type Piece } from '#agent/collector.ts'
import { collectorsOf, ownTools } from '#agent/machine.ts'
import { AgentError, readSettings } from '#agent/settings-file.ts'

/** What to do about files that are for others to read. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [/energy_uj/, 'as a service it may: `rollcall-agent install` lets its user read it'],
  [
    /product_uuid|product_serial/,
    'as a service it may: `rollcall-agent install` hands it over at each start',
  ],
]

/** Says what can be measured here and what cannot, and why; 1 when the hub does not take heartbeats. */
export async function check(parts: AgentParts, signal: AbortSignal): Promise<number> {
  const { say } = parts
  const tools = ownTools()
  for (const { name, collect } of collectorsOf(tools)) {
    const piece = await collect(signal).catch((error: unknown): Piece => ({ warnings: [reasonOf(error)] }))
    say(`${name.padEnd(14)}${summaryOf(name, piece)}`)
    for (const warning of piece.warnings ?? []) say(`${''.padEnd(14)}! ${warning}`)
  }
  for (const path of tools.files.denied) {
    const remedy = remedies.find(([pattern]) => pattern.test(path))?.[1]
    say(`may not read ${path}${remedy === undefined ? '' : `: ${remedy}`}`)
  }
  return checkHub(parts, signal)
}

/** What of a collector is shown as how many there are. */
const lists = ['filesystems', 'interfaces', 'temperatures', 'power', 'services', 'containers'] as const

function summaryOf(name: string, piece: Piece): string {
  const metrics = Object.entries(piece.metrics ?? {}).flatMap(([metric, value]) =>
    value === undefined ? [] : [`${metric} ${value}`],
  )
  const counts = lists.flatMap((list) => (piece[list] === undefined ? [] : [`${piece[list].length} ${list}`]))
  const { updates, facts } = piece
  const rest = [
    ...(updates ? [`${updates.available} wait`] : []),
    ...(facts ? [`${facts.hostname}, ${facts.os_distribution} ${facts.os_version ?? ''}`.trim()] : []),
  ]
  const all = [...counts, ...metrics, ...rest]
  if (all.length > 0) return all.join(', ')
  return (
    { updates: 'asked beside the heartbeats', power: 'known from the second look on, if there are meters' }[
      name
    ] ?? 'nothing here'
  )
}

async function checkHub(parts: AgentParts, signal: AbortSignal): Promise<number> {
  const { places, say } = parts
  try {
    const settings = readSettings(places.settings)
    const hub = hubOf(settings, parts)
    // No heartbeat at all: the answer tells whether the key is good and changes nothing.
    const { status, body } = await hub
      .post('/api/v1/agents/heartbeat', '[]', signal)
      .finally(() => hub.close())
    const isGood = status === 200 || status === 422
    say(
      `hub           ${settings.hub} ${isGood ? 'takes the key of' : `answered ${status} to`} ${settings.serverId}`,
    )
    if (!isGood && typeof body['detail'] === 'string') say(`${''.padEnd(14)}! ${body['detail']}`)
    return isGood ? 0 : 1
  } catch (error) {
    say(
      `hub           ! ${error instanceof AgentError ? error.message : `it cannot be asked: ${reasonOf(error)}`}`,
    )
    return 1
  }
}
