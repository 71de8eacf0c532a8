import type { CliParts, GlobalValues } from '#surfaces/cli/cli-parts.ts'
import type { Execute } from '#surfaces/cli/execute.ts'
import { createRemoteExecute } from '#surfaces/cli/remote-client.ts'

/** Where operations are asked: on the database here, or at the server that was named. */
export function executeOf(parts: CliParts, manner: GlobalValues): Execute {
  const server = manner.server ?? parts.environment?.ROLLCALL_URL
  if (!server) return parts.execute
  return createRemoteExecute({ server, token: parts.environment?.ROLLCALL_TOKEN, clock: parts.clock })
}
