import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentParts } from '#agent/agent-parts.ts'
import { systemClock } from '#agent/clock.ts'
import { preparedFolder } from '#agent/collectors/identity.ts'
import { statusFile } from '#agent/commands/run.ts'

interface Status {
  at: string
  hub: 'there' | 'away' | 'refused' | 'unknown'
  serverId: string
  problem?: string
  interval?: number
  skew?: number
  refused: number
  waitingBytes: number
  dropped: number
  warnings: string[]
}

/** Says how the running agent gets on; 1 when it does not. */
export async function status({ places, say }: AgentParts): Promise<number> {
  const found = [places.state, preparedFolder].map((folder) => readStatus(join(folder, statusFile)))
  const newest = found
    .filter((each) => each !== undefined)
    .sort((one, other) => (one.at < other.at ? 1 : -1))[0]
  if (newest === undefined) {
    say('No agent has run here yet.')
    return 1
  }
  for (const line of statusLines(newest, systemClock.now())) say(line)
  return newest.hub === 'there' && !isOld(newest, systemClock.now()) ? 0 : 1
}

export function statusLines(status: Status, now: number): string[] {
  const { serverId, at, problem, skew, waitingBytes, dropped, refused, warnings } = status
  const seconds = Math.round((now - Date.parse(at)) / 1000)
  return [
    `${serverId}: ${hubWords(status)}${problem === undefined ? '' : ` (${problem})`}`,
    `last heartbeat ${seconds} s ago${isOld(status, now) ? ': the agent does not run' : ''}`,
    ...(skew !== undefined && Math.abs(skew) > 2_000
      ? [`the clock is ${Math.abs(skew / 1000).toFixed(1)} s ${skew > 0 ? 'behind' : 'ahead of'} the hub's`]
      : []),
    ...(waitingBytes > 0 ? [`${Math.ceil(waitingBytes / 1024)} kB wait on the disk for the hub`] : []),
    ...(dropped > 0 ? [`${dropped} heartbeats were thrown away because the disk store was full`] : []),
    ...(refused > 0 ? [`the hub did not take ${refused} heartbeats or fields`] : []),
    ...warnings.map((warning) => `not measured: ${warning}`),
  ]
}

const hubWords = ({ hub }: Status): string =>
  ({
    there: 'the hub takes its heartbeats',
    away: 'the hub is away',
    refused: 'the hub refuses it',
    unknown: 'the hub has not been asked yet',
  })[hub]

const isOld = ({ at, interval = 60 }: Status, now: number): boolean =>
  now - Date.parse(at) > 3_000 * interval + 30_000

function readStatus(file: string): Status | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Status
  } catch {
    return undefined
  }
}
