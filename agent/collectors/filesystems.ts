import { statfs } from 'node:fs/promises'
import type { Collector, Piece, Tools } from '#agent/collector.ts'
import { isLocal, type Mount, realMounts } from '#agent/collectors/mounts.ts'
import type { CoreMetrics, Filesystem } from '#agent/reading.ts'

/** How large and how full, in bytes. */
export interface Space {
  total: number
  used: number
  available: number
}

/** Asks for the space of a mount; may take for ever where a file server is dead. */
export type AskSpace = (path: string, signal: AbortSignal) => Promise<Space>

/** So many are told of; who has more has made them by a program. */
const most = 64
const patience = 3_000
const gibibyte = 1_073_741_824

/**
 * How full the file systems are. Those of the network are asked through a program: a file server that is gone hangs
 * whoever asks, and that must be neither us nor one of the few threads that read files for us.
 */
export function filesystemsCollector(
  { files, run, clock }: Tools,
  ask: { local: AskSpace; remote: AskSpace } = {
    local: (path) => spaceHere(path),
    remote: (path, signal) => spaceByProgram(run, path, signal),
  },
): Collector {
  const hanging = new Set<string>()

  async function spaceOf(mount: Mount, signal: AbortSignal): Promise<Space | string> {
    const { mountPoint } = mount
    if (hanging.has(mountPoint)) return `${mountPoint} (${mount.type}) does not answer`
    hanging.add(mountPoint)
    const over = new AbortController()
    const question = (isLocal(mount) ? ask.local : ask.remote)(files.real(mountPoint), signal)
      .catch((error: unknown) => `${mountPoint}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`)
      .finally(() => hanging.delete(mountPoint))
    const late = clock
      .sleep(patience, over.signal)
      .then(() => `${mountPoint} (${mount.type}) did not answer in ${patience / 1000} s`)
    const first = await Promise.race([question, late])
    over.abort()
    return first
  }

  return {
    name: 'file systems',
    timeout: 10_000,
    async collect(signal) {
      const text = await files.text('/proc/self/mountinfo')
      const mounts = text === undefined ? rootOf(process.platform) : realMounts(text)
      const chosen = mounts.slice(0, most)
      const spaces = await Promise.all(chosen.map((mount) => spaceOf(mount, signal)))
      return pieceOf(chosen, spaces, mounts.length - chosen.length)
    },
  }
}

function pieceOf(mounts: readonly Mount[], spaces: readonly (Space | string)[], left: number): Piece {
  const warnings = spaces.filter((space) => typeof space === 'string')
  if (left > 0) warnings.push(`file systems: ${left} more than the ${most} that are told of`)
  const filesystems: Filesystem[] = []
  let metrics: CoreMetrics = {}
  for (const [index, space] of spaces.entries()) {
    const { mountPoint, device, type } = mounts[index]!
    if (typeof space === 'string' || space.total === 0) continue
    if (index === 0) metrics = diskMetrics(space)
    filesystems.push({
      mount_point: mountPoint,
      device,
      fs_type: type,
      total_bytes: space.total,
      used_bytes: space.used,
      available_bytes: space.available,
    })
  }
  return { metrics, filesystems, warnings }
}

/** As `df` has it: what only root may still use is neither used nor free. */
const diskMetrics = ({ total, used, available }: Space): CoreMetrics => ({
  disk_percent: used + available === 0 ? undefined : Math.round((used / (used + available)) * 1000) / 10,
  disk_total_gb: hundredths(total / gibibyte),
  disk_used_gb: hundredths(used / gibibyte),
})

const hundredths = (value: number): number => Math.round(value * 100) / 100

const rootOf = (platform: NodeJS.Platform): Mount[] => [
  platform === 'win32'
    ? { mountPoint: 'C:\\', device: 'C:', type: 'ntfs' }
    : { mountPoint: '/', device: '/', type: 'apfs' },
]

async function spaceHere(path: string): Promise<Space> {
  const { blocks, bfree, bavail, bsize } = await statfs(path)
  return { total: blocks * bsize, used: (blocks - bfree) * bsize, available: bavail * bsize }
}

async function spaceByProgram(run: Tools['run'], path: string, signal: AbortSignal): Promise<Space> {
  // The block size, then blocks: all, free, free for everybody.
  const { out, code, failure } = await run(
    ['stat', '-f', '-c', '%S %b %f %a', path],
    { timeout: patience },
    signal,
  )
  const [size, blocks, free, available] = out.trim().split(' ').map(Number)
  if (
    code !== 0 ||
    size === undefined ||
    blocks === undefined ||
    free === undefined ||
    available === undefined
  )
    throw new Error(failure ?? 'its size cannot be read')
  return { total: blocks * size, used: (blocks - free) * size, available: available * size }
}
