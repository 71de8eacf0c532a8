import type { ProxyNames } from '#agent/hub-url.ts'
import type { AgentSettings } from '#agent/settings-file.ts'
import { openHub, type HubClient } from '#agent/hub-client.ts'

/** Where an agent keeps what it has. */
export interface AgentPlaces {
  /** Its settings with the key. */
  settings: string
  /** What waits for the hub, and how it goes. */
  state: string
}

/** What the commands of the agent take from the process. */
export interface AgentParts {
  version: string
  places: AgentPlaces
  options: AgentOptions
  proxies: ProxyNames
  say(line: string): void
  /** The file that runs, and the Node that runs it. */
  script: string
  node: string
  isRoot: boolean
}

/** Everything that a command line of the agent may hold. */
export interface AgentOptions {
  hub?: string | undefined
  token?: string | undefined
  'token-file'?: string | undefined
  name?: string | undefined
  ca?: string | undefined
  fingerprint?: string | undefined
  interval?: string | undefined
  watch?: string | undefined
  without?: string | undefined
  send?: boolean | undefined
  containers?: boolean | undefined
  print?: boolean | undefined
  purge?: boolean | undefined
}

/** The hub of these settings. */
export const hubOf = (
  { hub, key, ca, fingerprint }: AgentSettings,
  { version, proxies }: AgentParts,
): HubClient => openHub({ hub, key, ca, fingerprint, version, proxies })

export const listOf = (text: string | undefined): string[] | undefined =>
  text === undefined
    ? undefined
    : text
        .split(',')
        .map((each) => each.trim())
        .filter((each) => each !== '')
