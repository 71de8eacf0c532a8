import type { Agent } from '#sources/snmp/agent.ts'
import { recordedAgent, recordingAgent } from '#sources/snmp/recorded-agent.ts'
import { liveAgent } from '#sources/snmp/session.ts'
import { loginOf, type SnmpSettings } from '#sources/snmp/settings.ts'

/** A device to ask: over the network, or from recordings. */
export function openAgent(settings: SnmpSettings, target: string): Agent {
  if (settings.replay !== undefined) return recordedAgent(settings.replay, target)
  const agent = liveAgent({ host: target, login: loginOf(settings, target), settings })
  return settings.record === undefined ? agent : recordingAgent(agent, settings.record, target)
}
