import { hashOf } from '#features/servers/known-servers.ts'
import type { ServerMemory } from '#features/servers/known-servers.ts'
import type { Reading } from '#features/servers/receipt.ts'
import type { Told } from '#model/sample.ts'

/** What is told again and again is passed on again after so long, for nodes that did not hear it before; milliseconds. */
const repeatAfter = 3_600_000

export function forgetTold(server: ServerMemory | undefined): void {
  if (server) server.told = undefined
}

/** What a server told beside numbers, where that is news. What comes late out of a store is none. */
export function passOnTold(
  server: ServerMemory,
  { told, backfill }: Reading,
  received: number,
): Told | undefined {
  if (told === undefined || backfill === true) return undefined
  const hash = hashOf(told)
  const before = server.told
  if (before?.hash === hash && received - before.received < repeatAfter) return undefined
  server.told = { hash, received }
  if (told.interval !== undefined) server.interval ??= told.interval
  return told
}
