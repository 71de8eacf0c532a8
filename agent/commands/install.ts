import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { AgentParts } from '#agent/agent-parts.ts'
import { runCommand } from '#agent/run-command.ts'
import { openrcScript, places, type ServiceCommand, systemdUnit } from '#agent/service-files.ts'
import { AgentError, readSettings } from '#agent/settings-file.ts'

const quick = { timeout: 60_000 }

/** Makes the agent a service of this machine: its own user, its own folder, started with the machine. */
export async function install(parts: AgentParts, signal: AbortSignal): Promise<number> {
  const { options, say } = parts
  const command = await serviceCommand(parts, signal)
  if (options.print) {
    say(systemdUnit(command))
    return 0
  }
  needsRoot(parts)
  readSettings(places.settings)
  const manager = serviceManager()
  const { uid, gid } = await serviceUser(signal)
  layDown(parts, command)
  mkdirSync(places.state, { recursive: true, mode: 0o700 })
  chownSync(places.state, uid, gid)
  chownSync(places.settings, uid, gid)
  openFolder(dirname(places.settings))
  if (manager === 'systemd') {
    writeOpen(places.unit, systemdUnit(command), 0o644)
    await must(['systemctl', 'daemon-reload'], signal)
    await must(['systemctl', 'enable', 'rollcall-agent'], signal)
    await must(['systemctl', 'restart', 'rollcall-agent'], signal)
  } else {
    writeOpen(places.openrc, openrcScript(command), 0o755)
    await must(['rc-update', 'add', 'rollcall-agent', 'default'], signal)
    await must(['rc-service', 'rollcall-agent', 'restart'], signal)
  }
  say('The agent is installed and runs as the service rollcall-agent.')
  return 0
}

/** Takes away everything that `install` made; with --purge also the key and what waits for the hub. */
export async function uninstall(parts: AgentParts, signal: AbortSignal): Promise<number> {
  needsRoot(parts)
  if (existsSync(places.unit)) {
    await runCommand(['systemctl', 'disable', '--now', 'rollcall-agent'], quick, signal)
    rmSync(places.unit)
    await runCommand(['systemctl', 'daemon-reload'], quick, signal)
  }
  if (existsSync(places.openrc)) {
    await runCommand(['rc-service', 'rollcall-agent', 'stop'], quick, signal)
    await runCommand(['rc-update', 'del', 'rollcall-agent'], quick, signal)
    rmSync(places.openrc)
  }
  rmSync(places.program, { recursive: true, force: true })
  if (parts.options.purge) {
    rmSync(dirname(places.settings), { recursive: true, force: true })
    rmSync(places.state, { recursive: true, force: true })
    await runCommand(['userdel', places.user], quick, signal)
  }
  parts.say(
    parts.options.purge
      ? 'The agent is gone from this machine. Its server stays in Rollcall until somebody removes it there.'
      : `The agent is gone; its key and what waits for the hub are still in ${dirname(places.settings)} and ${places.state} (--purge takes them too).`,
  )
  return 0
}

function needsRoot({ isRoot }: AgentParts): void {
  if (process.platform !== 'linux')
    throw new AgentError(
      'Only Linux has a service of ours; elsewhere start `rollcall-agent run` by what the system has.',
    )
  if (!isRoot) throw new AgentError('A service is installed and removed by root: ask again with sudo.')
}

function serviceManager(): 'systemd' | 'openrc' {
  if (existsSync('/run/systemd/system')) return 'systemd'
  if (existsSync('/sbin/openrc-run')) return 'openrc'
  throw new AgentError(
    `Neither systemd nor OpenRC runs here; have your system start: rollcall-agent run --settings ${places.settings} --state ${places.state}`,
  )
}

/** What the service runs: this agent in a folder that its user can read. */
async function serviceCommand({ node, options }: AgentParts, signal: AbortSignal): Promise<ServiceCommand> {
  const groups: string[] = []
  // Who may speak with Docker is as good as root, so it is given only where it is asked for.
  if (options.containers)
    for (const group of ['docker', 'podman'])
      if ((await runCommand(['getent', 'group', group], quick, signal)).code === 0) groups.push(group)
  const isShared = /^\/(usr|bin|opt|nix)\//.test(node)
  return {
    node: isShared ? node : join(places.program, 'node'),
    script: join(places.program, 'rollcall-agent.mjs'),
    groups,
  }
}

function layDown({ script, node }: AgentParts, command: ServiceCommand): void {
  // From a clone the source runs; the service gets the one file that is built of it.
  const built = script.endsWith('.mjs') ? script : join(dirname(script), 'dist', 'rollcall-agent.mjs')
  try {
    accessSync(built, constants.R_OK)
  } catch {
    throw new AgentError(`${built} is not built yet: \`npm run build\` does it.`)
  }
  openFolder(places.program)
  putInPlace(built, command.script, 0o755)
  if (command.node !== node) putInPlace(node, command.node, 0o755)
}

/** A folder that the service may go through, whatever the mask of this process. */
function openFolder(folder: string): void {
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o755)
}

function writeOpen(file: string, text: string, mode: number): void {
  writeFileSync(file, text)
  chmodSync(file, mode)
}

/** Whole or not at all, also while the old one runs. */
function putInPlace(from: string, to: string, mode: number): void {
  if (from === to) return
  copyFileSync(from, `${to}.new`)
  chmodSync(`${to}.new`, mode)
  renameSync(`${to}.new`, to)
}

async function serviceUser(signal: AbortSignal): Promise<{ uid: number; gid: number }> {
  const { user, state } = places
  if ((await runCommand(['id', '-u', user], quick, signal)).code !== 0) {
    const nologin = existsSync('/usr/sbin/nologin') ? '/usr/sbin/nologin' : '/sbin/nologin'
    const made = await runCommand(
      [
        'useradd',
        '--system',
        '--user-group',
        '--home-dir',
        state,
        '--no-create-home',
        '--shell',
        nologin,
        user,
      ],
      quick,
      signal,
    )
    if (made.code !== 0) {
      // As BusyBox has it.
      await must(['addgroup', '-S', user], signal)
      await must(['adduser', '-S', '-D', '-H', '-h', state, '-s', nologin, '-G', user, user], signal)
    }
  }
  const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => must(['id', flag, user], signal)))
  return { uid: Number(uid), gid: Number(gid) }
}

async function must(command: readonly [string, ...string[]], signal: AbortSignal): Promise<string> {
  const { code, out, failure } = await runCommand(command, quick, signal)
  if (code === 0) return out.trim()
  throw new AgentError(`\`${command.join(' ')}\` failed (${failure ?? `exit code ${code}`}).`)
}
