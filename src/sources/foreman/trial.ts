import { AppError } from '#kernel/errors.ts'
import { counted } from '#sources/counted.ts'
import {
  computeResourceRow,
  currentUser,
  hostDetails,
  hostRow,
  statusAnswer,
  subnetRow,
  type HostRow,
} from '#sources/foreman/answers.ts'
import { factsByHost } from '#sources/foreman/read-facts.ts'
import { notItsOwn, type ForemanClient } from '#sources/foreman/client.ts'
import { scopeOf } from '#sources/foreman/reading.ts'
import type { ForemanSettings } from '#sources/foreman/settings.ts'
import type { SourceCheck, SourceTest } from '#sources/source.ts'

/** Tries everything that a reading needs, on one host. */
export async function tryForeman(
  client: ForemanClient,
  settings: ForemanSettings,
  signal: AbortSignal,
): Promise<SourceTest> {
  const status = statusAnswer.safeParse(await client.get('/status', {}, signal))
  if (!status.success) throw notItsOwn('/status')
  const { version } = status.data
  const hosts = await client.list('/hosts', hostRow, { ...scopeOf(settings), per_page: 1 }, signal)
  const first = hosts.rows[0]
  const checks: SourceCheck[] = [
    { name: 'Reach Foreman', result: 'ok', detail: `Release ${version}.` },
    seenHosts(hosts.subtotal, hosts.total),
    await attempt('Organizations and locations', 'Which hosts are hidden is not known', () =>
      tryScope(client, signal),
    ),
    ...(first === undefined ? [] : await tryHost(client, settings, first, signal)),
    await attempt('Read subnets', 'Addresses come without the length of their prefix', async () => {
      const { subtotal } = await client.list('/subnets', subnetRow, { per_page: 1 }, signal)
      return `${counted(subtotal, 'subnet')}.`
    }),
    await attempt(
      'Read compute resources',
      'Machines of libvirt and oVirt may be joined by less',
      async () => {
        const { subtotal } = await client.list(
          '/compute_resources',
          computeResourceRow,
          { per_page: 1 },
          signal,
        )
        return `${counted(subtotal, 'compute resource')}.`
      },
    ),
  ]
  const wanting = checks.filter(({ result }) => result !== 'ok')
  return {
    message: `Foreman ${version}: ${counted(hosts.subtotal, 'host')}.`,
    warnings: wanting.map(({ name, detail }) => `${name}: ${detail}`),
    checks,
  }
}

function seenHosts(subtotal: number, total: number | undefined): SourceCheck {
  const name = 'Read hosts'
  if (subtotal > 0) {
    const all = total !== undefined && total > subtotal ? ` of ${total.toLocaleString('en')}` : ''
    return { name, result: 'ok', detail: `${counted(subtotal, 'host')}${all}.` }
  }
  return {
    name,
    result: 'limited',
    detail: 'No host is seen.',
    fix: 'Give the user a role with view_hosts, and the organizations and locations of the hosts.',
  }
}

/** What is missing without it is told where the right to it is missing. */
async function attempt(name: string, without: string, ask: () => Promise<string>): Promise<SourceCheck> {
  try {
    return { name, result: 'ok', detail: await ask() }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const isRight = error.code === 'SOURCE_FORBIDDEN'
    return {
      name,
      result: isRight ? 'limited' : 'failed',
      detail: isRight ? `${without}: the login may not see them.` : `${error.message}.`,
      ...(error.hint === undefined ? {} : { fix: error.hint }),
    }
  }
}

/** Who is no admin sees the hosts of own organizations and locations only, and nothing tells of the others. */
async function tryScope(client: ForemanClient, signal: AbortSignal): Promise<string> {
  const user = currentUser.safeParse(await client.get('/current_user', {}, signal))
  if (!user.success) return 'The login sees hosts of its own organizations and locations only.'
  const { admin, organizations, locations } = user.data
  if (admin === true) return 'The login is an admin’s and sees all. A role Viewer is enough.'
  const [of, at] = [organizations?.length ?? 0, locations?.length ?? 0]
  return `The login sees hosts of ${counted(of, 'organization')} and ${counted(at, 'location')}; others are hidden from it.`
}

async function tryHost(
  client: ForemanClient,
  settings: ForemanSettings,
  { id, name: host }: HostRow,
  signal: AbortSignal,
): Promise<SourceCheck[]> {
  const interfaces = async () => {
    const parsed = hostDetails.safeParse(await client.get(`/hosts/${id}`, {}, signal))
    if (!parsed.success) throw notItsOwn(`/hosts/${id}`)
    return `${counted(parsed.data.interfaces.length, 'interface')} of ${host}.`
  }
  const facts = async () => {
    const told = factsByHost(await client.get('/fact_values', { per_page: 1 }, signal))
    if (told === undefined) throw notItsOwn('/fact_values')
    return told.size === 0 ? 'No host has told any facts.' : 'Hosts tell facts.'
  }
  const checks: SourceCheck[] = []
  if (settings.interfaces)
    checks.push(await attempt('Read interfaces', 'Interfaces are not known', interfaces))
  if (settings.facts)
    checks.push(await attempt('Read facts', 'Serial numbers and hardware are not known', facts))
  return checks
}
