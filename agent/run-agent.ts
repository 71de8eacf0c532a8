import { nextBeat } from '#agent/beat-times.ts'
import type { Clock } from '#agent/clock.ts'
import { createDelivery, type DeliveryState } from '#agent/deliver.ts'
import { heartbeatBody } from '#agent/heartbeat-body.ts'
import type { HubClient } from '#agent/hub-client.ts'
import type { Reading } from '#agent/reading.ts'
import type { Spool } from '#agent/spool.ts'

export interface RunParts {
  serverId: string
  /** Seconds. */
  interval: number
  version: string
  look(signal: AbortSignal): Promise<Reading>
  hub: HubClient
  spool: Spool
  clock: Clock
  say(line: string): void
  /** From 0 up to 1, by chance. */
  chance(): number
  /** Called after each heartbeat, for whoever asks how it goes. */
  told?: ((state: DeliveryState, reading: Reading) => void) | undefined
}

/** The longest wait before what was kept is sent: a fleet whose hub came back does not send all of it at once. */
const longestJitter = 30_000

/** Tells the hub of this machine until the signal aborts. Nothing that the hub or a collector does ends it. */
export async function runAgent(parts: RunParts, signal: AbortSignal): Promise<void> {
  const { serverId, version, look, hub, spool, clock, say } = parts
  const delivery = createDelivery({ hub, spool, clock, say })
  const { state } = delivery
  let catchingUp: Promise<void> | undefined
  const warned = new Set<string>()

  async function beat(interval: number): Promise<void> {
    const at = clock.now()
    const reading = await look(signal)
    for (const warning of reading.warnings) if (isNews(warned, warning)) say(`Not measured: ${warning}`)
    const { skew } = state
    const head = { serverId, at, interval, version, skew, dropped: spool.dropped }
    const wasThere = state.hub === 'there'
    await delivery.send(JSON.stringify(heartbeatBody(head, reading)), clock.now(), signal)
    parts.told?.(state, reading)
    if (state.hub === 'there') catchUp(wasThere ? 0 : Math.min(longestJitter, (interval * 1_000) / 2))
  }

  /** Beside the heartbeats, which come first. */
  function catchUp(jitter: number): void {
    catchingUp ??= clock
      .sleep(parts.chance() * jitter, signal)
      .then(() => delivery.catchUp(signal))
      .catch(() => undefined)
      .finally(() => {
        catchingUp = undefined
      })
  }

  for (let isFirst = true; !signal.aborted; isFirst = false) {
    const interval = state.interval ?? parts.interval
    // The first is told at once, so that who installed it sees it live.
    if (!isFirst) await clock.sleep(nextBeat(serverId, clock.now(), interval * 1_000) - clock.now(), signal)
    if (signal.aborted) break
    try {
      await beat(interval)
    } catch (error) {
      if (!signal.aborted)
        say(`A heartbeat failed: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  await catchingUp
}

/** Each once, and no more than fit into memory for ever. */
function isNews(warned: Set<string>, warning: string): boolean {
  const key = warning.replaceAll(/\d+/g, '#')
  if (warned.has(key) || warned.size > 200) return false
  warned.add(key)
  return true
}
