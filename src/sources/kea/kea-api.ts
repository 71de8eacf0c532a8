import { toMilliseconds, type Timestamp } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import type { ReportedPrefix } from '#model/record.ts'
import { createHttpClient, type HttpClient, type HttpClientSettings } from '#sources/http-client.ts'
import {
  addressOf,
  sentenceOf,
  toAnswer,
  toCommands,
  toKeaLease,
  toPrefixes,
  toRows,
  toSubnets,
  type KeaAnswer,
} from '#sources/kea/kea-answers.ts'
import { isHeld, toLease } from '#sources/kea/kea-lease.ts'
import { Warnings, type LeaseReading } from '#sources/lease-source.ts'
import { leaseKey, leaseSize, LeaseTable } from '#sources/lease-table.ts'
import type { SourceTest, SourceTools } from '#sources/source.ts'

export type KeaService = 'dhcp4' | 'dhcp6'

export interface KeaApiSettings {
  client: HttpClientSettings
  /** The services to ask; undefined for whichever answer. */
  services: readonly KeaService[] | undefined
  /** Leases in one answer. */
  pageSize: number
}

const pageCommand = { dhcp4: 'lease4-get-page', dhcp6: 'lease6-get-page' } as const

/** Reads all leases page by page; a service that fails on the way leaves what the others and its own pages gave. */
export const readLeasesByApi = (
  settings: KeaApiSettings,
  tools: SourceTools,
  signal: AbortSignal,
): Promise<LeaseReading> =>
  withKea(settings, tools, async (kea) => {
    const { services, others } = await kea.servicesWithLeases(signal)
    const reading = new ApiReading(tools.clock.now())
    // One that is not configured has no subnets; one that is only silent now has them still.
    reading.mayLackPrefixes = others.some((problem) => !problem.includes('not configured'))
    for (const service of services) {
      try {
        await readService(kea, service, settings.pageSize, reading, signal)
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof AppError) || reading.isEmpty) throw error
        reading.failed(`${service}: ${error.message}`)
      }
    }
    return reading.result()
  })

/** Asks which services answer and their release, and for one page of each. */
export const testApi = (
  settings: KeaApiSettings,
  tools: SourceTools,
  signal: AbortSignal,
): Promise<SourceTest> =>
  withKea(settings, tools, async (kea) => {
    const { services, others } = await kea.servicesWithLeases(signal)
    const parts: string[] = []
    for (const service of services) {
      const version = await kea.command('version-get', service, undefined, signal)
      await kea.page(service, 'start', 1, signal)
      parts.push(`${service} of Kea ${version.text ?? 'of unknown release'}`)
    }
    return { message: `${parts.join(' and ')} answered and gives its leases`, warnings: others }
  })

async function withKea<T>(
  settings: KeaApiSettings,
  tools: SourceTools,
  work: (kea: Kea) => Promise<T>,
): Promise<T> {
  const client = createHttpClient(settings.client, tools)
  try {
    return await work(new Kea(client, settings.services))
  } finally {
    await client.close()
  }
}

class Kea {
  readonly #client: HttpClient
  readonly #wanted: readonly KeaService[] | undefined

  constructor(client: HttpClient, wanted: readonly KeaService[] | undefined) {
    this.#client = client
    this.#wanted = wanted
  }

  /** All commands used here only read, so asking again does no harm. Servers asked directly take `service` too. */
  async command(
    command: string,
    service: KeaService,
    parameters: object | undefined,
    signal: AbortSignal,
  ): Promise<KeaAnswer> {
    const body = {
      command,
      service: [service],
      ...(parameters === undefined ? {} : { arguments: parameters }),
    }
    const { body: answer } = await this.#client.json('POST', '/', { body, repeatable: true, signal })
    return toAnswer(answer, command)
  }

  /** One page of leases after an address, in order of address. */
  async page(service: KeaService, from: string, limit: number, signal: AbortSignal): Promise<unknown[]> {
    const command = pageCommand[service]
    return toRows(await this.command(command, service, { from, limit }, signal), command)
  }

  /** The services that give their leases, and a sentence about each that does not. None, or one named but silent, is an error. */
  async servicesWithLeases(signal: AbortSignal): Promise<{ services: KeaService[]; others: string[] }> {
    const services: KeaService[] = []
    const others: string[] = []
    for (const service of this.#wanted ?? (['dhcp4', 'dhcp6'] as const)) {
      const answer = await this.command('list-commands', service, undefined, signal)
      const problem = problemOf(service, answer)
      if (problem === undefined) services.push(service)
      else others.push(problem)
    }
    if (services.length > 0 && (this.#wanted === undefined || others.length === 0))
      return { services, others }
    throw new AppError('SOURCE_ANSWER_INVALID', others.join('; '), {
      hint: 'Load libdhcp_lease_cmds.so in hooks-libraries of the server, and list the server in control-sockets of the Control Agent.',
    })
  }
}

function problemOf(service: KeaService, answer: KeaAnswer): string | undefined {
  if (answer.result !== 0) return `${service} does not answer: ${sentenceOf(answer)}`
  if (toCommands(answer).includes(pageCommand[service])) return undefined
  return `${service} does not know the command ${pageCommand[service]}; the hook libdhcp_lease_cmds is not loaded`
}

async function readService(
  kea: Kea,
  service: KeaService,
  pageSize: number,
  reading: ApiReading,
  signal: AbortSignal,
): Promise<void> {
  const config = await kea.command('config-get', service, undefined, signal)
  const told = toSubnets(config)
  if (told === undefined) {
    reading.mayLackPrefixes = true
    reading.warnings.add(`${service} does not tell its subnets: ${sentenceOf(config)}`)
  } else reading.prefixes.push(...toPrefixes(told))
  const subnets = new Map(told?.map(({ id, prefix }) => [id, prefix]))
  const visited = new Set<string>()
  for (let from = 'start'; ;) {
    const rows = await kea.page(service, from, pageSize, signal)
    for (const row of rows) reading.add(service, row, subnets)
    if (rows.length < pageSize) return
    const next = addressOf(rows.at(-1))
    if (next === undefined || visited.has(next)) {
      throw new AppError('SOURCE_ANSWER_INVALID', `${pageCommand[service]} goes in circles at ${from}`)
    }
    visited.add(next)
    from = next
  }
}

class ApiReading {
  readonly #leases = new LeaseTable(leaseSize)
  readonly warnings = new Warnings()
  readonly prefixes: ReportedPrefix[] = []
  mayLackPrefixes = false
  readonly #now: number
  #incomplete: string | undefined
  #rows = 0

  constructor(now: Timestamp) {
    this.#now = toMilliseconds(now) / 1000
  }

  add(service: KeaService, row: unknown, subnets: ReadonlyMap<number, string>): void {
    this.#rows += 1
    const kea = toKeaLease(row)
    const lease = kea && toLease(kea, subnets)
    if (kea === undefined || lease === undefined) {
      return this.failed(`Lease ${this.#rows} of ${service} cannot be read: it lacks an address or its times`)
    }
    const key = leaseKey(lease.address, lease.prefixLength)
    if (isHeld(kea, this.#now)) this.#leases.put(key, lease, pageCommand[service], this.#rows)
    else this.#leases.remove(key)
  }

  failed(sentence: string): void {
    this.#incomplete ??= sentence
    this.warnings.add(sentence)
  }

  get isEmpty(): boolean {
    return this.#rows === 0
  }

  result(): LeaseReading {
    const { prefixes, mayLackPrefixes } = this
    return {
      leases: this.#leases.values(),
      warnings: this.warnings.list(),
      incomplete: this.#incomplete,
      prefixes,
      mayLackPrefixes,
    }
  }
}
