import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { AgentParts } from '#agent/agent-parts.ts'
import { places as servicePlaces } from '#agent/service-files.ts'
import { AgentError } from '#agent/settings-file.ts'
import { agentVersion } from '#agent/version.ts'

const { env, platform } = process

/** Loaded when asked for: what a command does not need takes no memory. */
const commands: Record<string, readonly [summary: string, load: () => Promise<Command>]> = {
  enrol: [
    'Make this machine known to a hub: --hub URL --token TOKEN.',
    async () => (await import('#agent/commands/enrol.ts')).enrol,
  ],
  run: [
    'Tell the hub of this machine until stopped.',
    async () => (await import('#agent/commands/run.ts')).run,
  ],
  install: [
    'Make the agent a service of this machine.',
    async () => (await import('#agent/commands/install.ts')).install,
  ],
  uninstall: [
    'Take the service away; --purge also the key.',
    async () => (await import('#agent/commands/install.ts')).uninstall,
  ],
  once: [
    'Print one heartbeat; --send also sends it.',
    async () => (await import('#agent/commands/once.ts')).once,
  ],
  status: [
    'Say how the running agent gets on.',
    async () => (await import('#agent/commands/status.ts')).status,
  ],
  check: [
    'Say what can be measured here, and what cannot.',
    async () => (await import('#agent/commands/check.ts')).check,
  ],
  prepare: [
    'Before the service starts, as root.',
    async () => (await import('#agent/commands/prepare.ts')).prepare,
  ],
}
type Command = (parts: AgentParts, signal: AbortSignal) => Promise<number>

const help = `Rollcall agent ${agentVersion}

${Object.entries(commands)
  .filter(([name]) => name !== 'prepare')
  .map(([name, [summary]]) => `  rollcall-agent ${name.padEnd(10)} ${summary}`)
  .join('\n')}

Options:
  --settings FILE, --state FOLDER   where its key is, and what waits for the hub
  --hub URL, --token TOKEN, --token-file FILE, --name ID   to enrol
  --ca FILE, --fingerprint SHA256   whom to believe when the hub has a certificate of its own
  --interval SECONDS                between heartbeats, until the hub says otherwise
  --watch NAMES, --without NAMES    services told of even when stopped; what is not measured
  --containers                      with install: let the service ask Docker (as good as root)
  --print                           with install: only show the unit
`

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const

function parsedLine() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      settings: text,
      state: text,
      hub: text,
      token: text,
      'token-file': text,
      name: text,
      ca: text,
      fingerprint: text,
      interval: text,
      watch: text,
      without: text,
      send: flag,
      containers: flag,
      print: flag,
      purge: flag,
      help: { ...flag, short: 'h' },
      version: flag,
    },
  })
  return { name: positionals[0], values }
}

async function main(signal: AbortSignal): Promise<number> {
  // The oldest Node that has what is used here.
  if (typeof AbortSignal.any !== 'function')
    throw new AgentError(`The agent needs Node 18.17 or newer; this is ${process.version}.`)
  const { name, values } = parsedLine()
  if (values.version) console.log(agentVersion)
  else if (name === undefined || values.help) console.log(help)
  if (name === undefined || values.help || values.version) return 0
  const found = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (found === undefined) throw new AgentError(`There is no command ${name}; --help lists them.`)
  const isRoot = process.getuid?.() === 0
  const home = join(homedir(), '.rollcall-agent')
  const shared = isRoot && platform === 'linux'
  const parts: AgentParts = {
    version: agentVersion,
    places: {
      settings: values.settings ?? (shared ? servicePlaces.settings : join(home, 'agent.json')),
      state: values.state ?? (shared ? servicePlaces.state : home),
    },
    options: values,
    proxies: {
      http: env['http_proxy'],
      https: env['https_proxy'] ?? env['HTTPS_PROXY'],
      none: env['no_proxy'] ?? env['NO_PROXY'],
    },
    say: (line) => console.log(line),
    script: process.argv[1]!,
    node: process.execPath,
    isRoot,
  }
  return (await found[1]())(parts, signal)
}

const stopping = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => {
    if (stopping.signal.aborted) process.exit(130)
    stopping.abort(new Error(`stopped by ${name}`))
  })
process.umask(0o077)
// Who closes the pipe (`| head`) has read enough.
process.stdout.on('error', () => process.exit(0))

try {
  process.exitCode = await main(stopping.signal)
} catch (error) {
  const { code = '' } = error as NodeJS.ErrnoException
  const isUsage = error instanceof AgentError || code.startsWith('ERR_PARSE_ARGS')
  if (!stopping.signal.aborted) console.error(isUsage ? (error as Error).message : error)
  process.exitCode = stopping.signal.aborted ? 0 : 1
}
// A question that hangs (a dead file server) must not keep an ended agent alive.
process.exit()
