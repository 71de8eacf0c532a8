import { type AgentParts, hubOf } from '#agent/agent-parts.ts'
import { systemClock } from '#agent/clock.ts'
import { heartbeatBody } from '#agent/heartbeat-body.ts'
import { openMachine, ownTools } from '#agent/machine.ts'
import { AgentError, type AgentSettings, readSettings } from '#agent/settings-file.ts'

/** Prints one heartbeat, and sends it where that is asked for. */
export async function once(parts: AgentParts, signal: AbortSignal): Promise<number> {
  const { options, places, say, version } = parts
  const settings = options.send ? readSettings(places.settings) : knownSettings(places.settings)
  const at = systemClock.now()
  const reading = await openMachine(ownTools(), settings)(signal)
  const { serverId = reading.facts?.hostname.toLowerCase() ?? 'this-machine', interval = 60 } = settings ?? {}
  const body = heartbeatBody({ serverId, at, interval, version }, reading)
  say(JSON.stringify(body, null, 2))
  if (!options.send) return 0
  const hub = hubOf(settings!, parts)
  try {
    const { status, body: answer } = await hub.post('/api/v1/agents/heartbeat', JSON.stringify(body), signal)
    say(`The hub answered ${status}: ${JSON.stringify(answer)}`)
    return status === 200 ? 0 : 1
  } finally {
    hub.close()
  }
}

function knownSettings(file: string): AgentSettings | undefined {
  try {
    return readSettings(file)
  } catch (error) {
    if (error instanceof AgentError) return undefined
    throw error
  }
}
