import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AgentParts, hubOf, listOf } from '#agent/agent-parts.ts'
import { systemClock, timeText } from '#agent/clock.ts'
import { preparedFolder } from '#agent/collectors/identity.ts'
import { openMachine, ownTools } from '#agent/machine.ts'
import { runAgent, type RunParts } from '#agent/run-agent.ts'
import { readSettings } from '#agent/settings-file.ts'
import { openSpool } from '#agent/spool.ts'

export const statusFile = 'status.json'

/** Tells the hub of this machine until stopped. */
export async function run(parts: AgentParts, signal: AbortSignal): Promise<number> {
  const { places, say, version, options } = parts
  const settings = readSettings(places.settings)
  const { serverId, watchedServices, without } = settings
  const hub = hubOf(settings, parts)
  const spool = openSpool(join(places.state, 'spool', serverId))
  const look = openMachine(ownTools(), {
    watchedServices: listOf(options.watch) ?? watchedServices,
    without: listOf(options.without) ?? without,
  })
  say(`Rollcall agent ${version} tells ${settings.hub} of ${serverId}.`)
  const told = keepStatus(places.state, settings.hub, serverId, spool)
  const interval = Number(options.interval ?? settings.interval)
  const all: RunParts = {
    serverId,
    interval,
    version,
    look,
    hub,
    spool,
    say,
    clock: systemClock,
    chance: Math.random,
    told,
  }
  await runAgent(all, signal)
  hub.close()
  return 0
}

/** How it goes, for `status`: in memory where there is such a place, because it is written at each heartbeat. */
function keepStatus(
  state: string,
  hub: string,
  serverId: string,
  spool: RunParts['spool'],
): RunParts['told'] {
  const tryFolder = (folder: string): boolean => {
    try {
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, `${statusFile}.new`), '')
      return true
    } catch {
      return false
    }
  }
  const folder = state.startsWith('/var/lib/') && tryFolder(preparedFolder) ? preparedFolder : state
  return (delivery, { warnings }) => {
    const at = timeText(systemClock.now())
    const waiting = spool.bytes
    const status = {
      at,
      address: hub,
      serverId,
      ...delivery,
      waitingBytes: waiting,
      dropped: spool.dropped,
      warnings,
    }
    try {
      writeFileSync(join(folder, `${statusFile}.new`), JSON.stringify(status), { mode: 0o644 })
      renameSync(join(folder, `${statusFile}.new`), join(folder, statusFile))
    } catch {
      // A full disk must not end what would tell of it.
    }
  }
}
