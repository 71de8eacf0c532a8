import type { Heartbeat } from '#features/servers/heartbeat-shape.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { Told } from '#model/sample.ts'

const facts = [
  'hostname',
  'os_distribution',
  'os_version',
  'kernel_version',
  'architecture',
  'ip_address',
  'machine_id',
  'product_uuid',
  'serial',
  'vendor',
  'model',
] as const

/** What a heartbeat says beside numbers; undefined when it says nothing. Order and counters play no part. */
export function toldBy(heartbeat: Heartbeat): Told | undefined {
  const told: Told = {}
  if (heartbeat.interval_seconds) told.interval = heartbeat.interval_seconds
  if (heartbeat.agent_version) told.agentVersion = heartbeat.agent_version
  if (heartbeat.boot_id) told.bootId = heartbeat.boot_id
  if (heartbeat.services)
    told.services = heartbeat.services.map(({ name, status, status_reason: reason }) =>
      reason ? { name, status, reason } : { name, status },
    )
  if (heartbeat.containers)
    told.containers = heartbeat.containers.map(({ name, image, state }) =>
      image ? { name, image, state } : { name, state },
    )
  const updates = updatesOf(heartbeat)
  if (updates) told.updates = updates
  const identity = factsOf(heartbeat)
  if (identity) told.facts = identity
  for (const _ in told) return told
  return undefined
}

function updatesOf({
  updates_available: available,
  security_updates: security,
  reboot_required: rebootRequired,
}: Heartbeat): Told['updates'] {
  if (typeof available !== 'number' && typeof rebootRequired !== 'boolean') return undefined
  return {
    available: available ?? 0,
    ...(typeof security === 'number' ? { security } : {}),
    ...(typeof rebootRequired === 'boolean' ? { rebootRequired } : {}),
  }
}

/** What identity is worked out from: names as the heartbeat has them, and the cards with a MAC address. */
function factsOf(heartbeat: Heartbeat): JsonObject | undefined {
  const found: JsonObject = {}
  for (const name of facts) if (heartbeat[name]) found[name] = heartbeat[name]
  const cards = heartbeat.interfaces?.flatMap(({ name, mac, addresses, is_up: isUp }) =>
    mac || addresses?.length
      ? [
          {
            name,
            ...(mac ? { mac } : {}),
            ...(addresses?.length ? { addresses } : {}),
            ...(typeof isUp === 'boolean' ? { is_up: isUp } : {}),
          },
        ]
      : [],
  )
  if (cards && cards.length > 0) found['interfaces'] = cards
  for (const _ in found) return found
  return undefined
}
