import { chmodSync, chownSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** What an agent knows of its hub: made by `enrol`, readable by its own user only. */
export interface AgentSettings {
  hub: string
  serverId: string
  /** The key that the hub gave; never shown. */
  key: string
  /** Seconds between two heartbeats until the hub says otherwise. */
  interval: number
  /** Certificates in PEM that the hub's is signed by. */
  ca?: string | undefined
  /** SHA-256 of the hub's certificate. */
  fingerprint?: string | undefined
  /** Units that are told of even when they do not run. */
  watchedServices?: string[] | undefined
  /** What is not measured: names as `check` lists them. */
  without?: string[] | undefined
}

/** Why the agent cannot do what it was asked, in words for the person who asked. */
export class AgentError extends Error {}

export function readSettings(file: string): AgentSettings {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new AgentError(
      code === 'ENOENT'
        ? `This machine is not enrolled: there is no ${file}. \`rollcall-agent enrol --hub URL --token TOKEN\` makes it.`
        : `${file} cannot be read (${code}); it belongs to the user of the service, so ask as root.`,
    )
  }
  return checked(file, parsed(file, text))
}

function parsed(file: string, text: string): Partial<AgentSettings> {
  try {
    return JSON.parse(text) as Partial<AgentSettings>
  } catch {
    throw new AgentError(`${file} is no JSON; enrol again or mend it by hand.`)
  }
}

function checked(file: string, settings: Partial<AgentSettings>): AgentSettings {
  for (const name of ['hub', 'serverId', 'key'] as const)
    if (typeof settings[name] !== 'string' || settings[name] === '')
      throw new AgentError(`${file}: ${name} is missing; enrol again.`)
  const { interval = 60 } = settings
  if (typeof interval !== 'number' || !(interval >= 1 && interval <= 86_400))
    throw new AgentError(
      `${file}: interval is ${JSON.stringify(interval)}, expected seconds from 1 to 86400.`,
    )
  return { ...settings, interval } as AgentSettings
}

/** Writes them whole or not at all, for one user; what is there keeps its owner. */
export function writeSettings(file: string, settings: AgentSettings): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o755 })
  const fresh = `${file}.new`
  writeFileSync(fresh, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 })
  chmodSync(fresh, 0o600)
  const owner = statSync(file, { throwIfNoEntry: false })
  if (owner && process.getuid?.() === 0) chownSync(fresh, owner.uid, owner.gid)
  renameSync(fresh, file)
}
