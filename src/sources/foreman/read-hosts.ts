import { AppError } from '#kernel/errors.ts'
import { chunksOf } from '#kernel/chunks-of.ts'
import { mapBounded } from '#kernel/map-bounded.ts'
import { hostDetails, hostRow, type HostDetails, type HostRow } from '#sources/foreman/answers.ts'
import { notItsOwn } from '#sources/foreman/client.ts'
import { toDevice, toFacts, type KnownHost } from '#sources/foreman/mapping.ts'
import { hostsAtOnce, readFacts } from '#sources/foreman/read-facts.ts'
import { scopeOf, type Reading } from '#sources/foreman/reading.ts'
import type { Page } from '#sources/source.ts'

/** Many hosts that can't be read are no odd hosts, but a Foreman that does not work. */
const lostAtMost = 20

/** Reads all hosts, page by page; what may be missing is noted in `gaps`. */
export async function* readHosts(reading: Reading): AsyncGenerator<Page, void> {
  const { client, settings, signal, gaps } = reading
  const seen = new Set<number>()
  const lost: string[] = []
  let promised: number | undefined
  for (let page = 1, came = 0; ; page += 1) {
    const query = { ...scopeOf(settings), page, per_page: settings.hostsPerPage }
    const list = await client.list('/hosts', hostRow, query, signal)
    const onPage = list.rows.length + list.unreadable
    came += onPage
    if (promised !== undefined && promised !== list.subtotal)
      gaps.add('hosts came or went while they were read')
    promised = list.subtotal
    if (list.unreadable > 0) gaps.add('some hosts could not be understood')
    const fresh = list.rows.filter(({ id }) => !seen.has(id) && seen.add(id))
    for (const hosts of chunksOf(fresh, hostsAtOnce * 5))
      yield { ...(await readSome(reading, hosts, lost)), total: promised }
    // A Foreman may have a smaller limit of its own, and promise less than there is: both are read on.
    const isFull = onPage >= settings.hostsPerPage
    if (onPage === 0 || (came >= promised && (!isFull || fresh.length === 0))) break
  }
  if (seen.size !== promised) gaps.add(`Foreman spoke of ${promised} hosts and told ${seen.size}`)
  if (lost.length > 0) gaps.add(`these hosts could not be read: ${lost.join(', ')}`)
}

async function readSome(reading: Reading, hosts: readonly HostRow[], lost: string[]): Promise<Page> {
  const { settings, around } = reading
  const details = settings.interfaces
    ? await mapBounded(hosts, settings.parallel, (host) => readDetails(reading, host, lost))
    : hosts.map(() => undefined)
  const facts = await factsOf(reading, hosts)
  const known = hosts.flatMap((row, index): KnownHost[] => {
    const its = details[index]
    const unread = facts === undefined || facts.get(row.name) === 'unread'
    if (its === 'lost' || unread) return []
    const told = facts.get(row.name)
    return [{ row, details: its, facts: told === 'unread' ? undefined : told, isBlind: reading.isBlind }]
  })
  return {
    records: known.map((host) => toDevice(host, around)),
    facts: settings.facts
      ? known.flatMap((host) =>
          host.facts === undefined ? [] : [toFacts({ ...host, facts: host.facts }, settings, around.now)],
        )
      : [],
  }
}

/** `lost` for a host that was deleted meanwhile or that Foreman fails to show: it keeps what was known of it. */
async function readDetails(
  { client, signal }: Reading,
  { id, name }: HostRow,
  lost: string[],
): Promise<HostDetails | 'lost'> {
  const path = `/hosts/${id}`
  try {
    const body = await client.get(path, {}, signal)
    if (body === undefined) {
      lost.push(`${name} (deleted meanwhile)`)
      return 'lost'
    }
    const parsed = hostDetails.safeParse(body)
    if (!parsed.success || parsed.data.id !== id) throw notItsOwn(path)
    return parsed.data
  } catch (error) {
    const isOdd = error instanceof AppError && error.code === 'SOURCE_ANSWER_INVALID'
    if (!isOdd || lost.length >= lostAtMost) throw error
    lost.push(name)
    return 'lost'
  }
}

/** The facts of hosts by their name; `unread` where they could not be had. */
async function factsOf(reading: Reading, hosts: readonly HostRow[]) {
  const found = new Map<string, KnownHost['facts'] | 'unread'>()
  if (!reading.settings.facts) return found
  for (const chunk of chunksOf(hosts, hostsAtOnce)) {
    const told = await readFacts(reading, chunk)
    if (told === undefined)
      reading.gaps.add(`the facts of ${chunk[0]!.name} and the hosts after it did not come whole`)
    for (const { name } of chunk) found.set(name, told === undefined ? 'unread' : told.get(name))
  }
  return found
}
