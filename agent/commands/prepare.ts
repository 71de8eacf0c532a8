import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { AgentParts } from '#agent/agent-parts.ts'
import { preparedFolder } from '#agent/collectors/identity.ts'

/** As root, before the service runs as its own user: hands over what only root may read, and nothing more. */
export async function prepare({ say }: AgentParts): Promise<number> {
  mkdirSync(preparedFolder, { recursive: true, mode: 0o755 })
  const { gid } = statSync(preparedFolder)
  for (const name of ['product_uuid', 'product_serial'])
    attempt(say, () => {
      const from = join('/sys/class/dmi/id', name)
      if (!existsSync(from)) return
      const to = join(preparedFolder, name)
      writeFileSync(to, readFileSync(from), { mode: 0o640 })
      chownSync(to, 0, gid)
    })
  // For its group only: everybody who may read them often can learn what others compute.
  for (const meter of energyMeters())
    attempt(say, () => {
      chownSync(meter, 0, gid)
      chmodSync(meter, 0o440)
    })
  return 0
}

function energyMeters(folder = '/sys/class/powercap'): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .map((zone) => join(folder, zone, 'energy_uj'))
    .filter((meter) => existsSync(meter))
}

function attempt(say: AgentParts['say'], work: () => void): void {
  try {
    work()
  } catch (error) {
    say(`Not handed over: ${error instanceof Error ? error.message : String(error)}`)
  }
}
