import { readFileSync } from 'node:fs'
import { type AgentOptions, type AgentParts, listOf } from '#agent/agent-parts.ts'
import { reasonOf } from '#agent/collector.ts'
import { readFacts } from '#agent/collectors/identity.ts'
import { type HubAnswer, openHub, sentencesOf } from '#agent/hub-client.ts'
import { ownTools } from '#agent/machine.ts'
import { AgentError, type AgentSettings, writeSettings } from '#agent/settings-file.ts'

/** Gives this machine's name to a hub for a key of its own, which goes into the settings. */
export async function enrol(parts: AgentParts, signal: AbortSignal): Promise<number> {
  const { options, places, say, version, proxies } = parts
  const hub = hubAddress(options.hub)
  const trust = trustOf(options)
  const interval = intervalOf(options)
  const { files } = ownTools()
  const { hostname, machine_id, product_uuid } = await readFacts(files)
  const body = {
    token: tokenOf(options),
    server_id: options.name,
    hostname,
    machine_id,
    product_uuid,
    boot_id: await files.text('/proc/sys/kernel/random/boot_id'),
    agent_version: version,
  }
  const client = openHub({ hub, ...trust, version, proxies })
  try {
    const answer = await client.post('/api/v1/agents/enrol', JSON.stringify(body), signal)
    const settings: AgentSettings = { hub, ...given(answer), ...trust }
    writeSettings(places.settings, {
      ...settings,
      interval: interval ?? settings.interval,
      watchedServices: listOf(options.watch),
      without: listOf(options.without),
    })
    say(`Enrolled as ${settings.serverId} at ${hub}; the key is in ${places.settings}.`)
    return 0
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof AgentError) throw error
    throw new AgentError(`${hub} could not be asked: ${reasonOf(error)}.${trustHint(error)}`)
  } finally {
    client.close()
  }
}

function given({ status, body }: HubAnswer): Pick<AgentSettings, 'serverId' | 'key' | 'interval'> {
  const { key, interval } = body
  const serverId = body['server_id'] ?? body['serverId']
  if (status >= 200 && status < 300 && typeof key === 'string' && typeof serverId === 'string')
    return { serverId, key, interval: typeof interval === 'number' ? interval : 60 }
  throw new AgentError(`The hub did not enrol this machine (${status}). ${sentencesOf(body)}`.trim())
}

function hubAddress(text: string | undefined): string {
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.href.replace(/\/$/, '')
  throw new AgentError(
    `--hub is ${text ?? 'missing'}, expected an address such as https://rollcall.example.net.`,
  )
}

function tokenOf(options: AgentOptions): string {
  const file = options['token-file']
  const token = options.token ?? (file === undefined ? undefined : readFileSync(file, 'utf8').trim())
  if (token !== undefined && token !== '') return token
  throw new AgentError('--token is missing; the page "Add a server" and `rollcall agent invite` make one.')
}

function trustOf({ ca, fingerprint }: AgentOptions): Pick<AgentSettings, 'ca' | 'fingerprint'> {
  if (fingerprint !== undefined && fingerprint.replaceAll(':', '').length !== 64)
    throw new AgentError(
      '--fingerprint is expected to be a SHA-256: 64 hexadecimal digits, with or without colons.',
    )
  return { ca: ca === undefined ? undefined : readFileSync(ca, 'utf8'), fingerprint }
}

function intervalOf({ interval }: AgentOptions): number | undefined {
  if (interval === undefined) return undefined
  const seconds = Number(interval)
  if (seconds >= 1 && seconds <= 86_400) return seconds
  throw new AgentError(`--interval is ${interval}, expected seconds from 1 to 86400.`)
}

/** A certificate that nobody signed whom this machine knows. */
function trustHint(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)
    ? ' If the hub has a certificate of its own, give --ca FILE or --fingerprint SHA256.'
    : ''
}
