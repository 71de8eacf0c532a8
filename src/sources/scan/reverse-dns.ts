import { Resolver } from 'node:dns/promises'
import type { IpAddress } from '#model/ip-address.ts'
import { cleanName } from '#sources/scan/reverse-name.ts'

export interface ReverseDnsResult {
  names: Map<IpAddress, string>
  /** The server gave no answer at all, so that missing names prove nothing. */
  silent: boolean
}

/** Look-ups at once. */
const parallel = 32

/** Look-ups without any answer after which the server counts as silent. */
const patience = 24

/** Codes that say that a server did answer: this address has no name, or it refuses to tell. */
const answered = new Set(['ENOTFOUND', 'ENODATA', 'EREFUSED', 'ESERVFAIL'])

/**
 * The names DNS gives these addresses. `servers` replaces the system's own (`192.0.2.53` or `192.0.2.53:5353`). A
 * silent server costs a second or two, not one per address.
 */
export async function askReverseDns(
  addresses: readonly IpAddress[],
  servers: readonly string[],
  signal: AbortSignal,
): Promise<ReverseDnsResult> {
  const resolver = new Resolver({ timeout: 1000, tries: 1 })
  if (servers.length > 0) resolver.setServers(servers)
  const names = new Map<IpAddress, string>()
  let heard = false
  let failures = 0
  const queue = addresses.values()
  const cancel = () => resolver.cancel()
  const worker = async () => {
    for (const address of queue) {
      if (signal.aborted || (!heard && failures >= patience)) return
      try {
        const name = (await resolver.reverse(address))
          .map(cleanName)
          .filter((each) => each !== undefined)
          .sort()[0]
        if (name !== undefined) names.set(address, name)
        heard = true
      } catch (error) {
        if (answered.has((error as NodeJS.ErrnoException).code ?? '')) heard = true
        else failures += 1
      }
    }
  }
  signal.addEventListener('abort', cancel, { once: true })
  try {
    await Promise.all(Array.from({ length: Math.min(parallel, addresses.length) }, worker))
    signal.throwIfAborted()
    return { names, silent: addresses.length > 0 && !heard }
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}
