import type { Collector, Tools } from '#agent/collector.ts'
import type { Service } from '#agent/reading.ts'

const most = 256

/**
 * The services of systemd that run, failed or are watched by name. What ran once and ended well is left out unless
 * somebody watches it.
 */
export function servicesCollector({ files, run }: Tools, watched: readonly string[] = []): Collector {
  const wanted = new Set(watched.map((name) => name.replace(/\.service$/, '')))
  return {
    name: 'services',
    timeout: 10_000,
    async collect(signal) {
      if (!(await files.exists('/run/systemd/system'))) return {}
      const list = [
        'systemctl',
        'list-units',
        '--type=service',
        '--all',
        '--full',
        '--plain',
        '--no-legend',
      ] as const
      const { code, out, failure } = await run([...list, '--no-pager'], { timeout: 8_000 }, signal)
      if (code !== 0) return { warnings: [`services: ${failure ?? `systemctl ended with ${code}`}`] }
      const found = parseUnits(out)
      const names = new Set(found.map(({ name }) => name))
      const missing = [...wanted].filter((name) => !names.has(name)).map(absent)
      const told = [...found.filter((each) => each.status !== 'stopped' || wanted.has(each.name)), ...missing]
      // The failed first: they are never the ones that are cut off.
      const services = told.sort(
        (one, other) => Number(other.status === 'failed') - Number(one.status === 'failed'),
      )
      return { services: services.slice(0, most) }
    },
  }
}

const absent = (name: string): Service => ({ name, status: 'stopped', reason: 'not there' })

/** Lines of `systemctl list-units`: UNIT LOAD ACTIVE SUB DESCRIPTION. */
export function parseUnits(text: string): Service[] {
  return text.split('\n').flatMap((line) => {
    const [unit, load, active, sub] = line.trim().split(/\s+/)
    if (unit === undefined || sub === undefined || !unit.endsWith('.service')) return []
    const name = unit.slice(0, -'.service'.length)
    if (load === 'not-found') return []
    return [{ name, ...stateOf(active!, sub) }]
  })
}

function stateOf(active: string, sub: string): Omit<Service, 'name'> {
  if (active === 'failed' || sub === 'failed') return { status: 'failed', reason: sub }
  // It ended and is started again and again.
  if (sub === 'auto-restart') return { status: 'failed', reason: 'restarts again and again' }
  if (active === 'active' && sub === 'exited') return { status: 'stopped', reason: 'ended well' }
  if (active === 'active' || active === 'reloading') return { status: 'running' }
  if (active === 'inactive' || active === 'deactivating') return { status: 'stopped', reason: sub }
  return { status: 'unknown', reason: sub }
}
