import type { JsonObject } from '#kernel/json.ts'
import { factAnswer, type HostRow } from '#sources/foreman/answers.ts'
import { notItsOwn } from '#sources/foreman/client.ts'
import { unlessForbidden } from '#sources/foreman/read-surroundings.ts'
import type { Reading } from '#sources/foreman/reading.ts'
import { unfoldFacts } from '#sources/foreman/unfold-facts.ts'

/** Some hundreds of facts a host: so many hosts fit into a page, and their names into an address. */
export const hostsAtOnce = 10
const factsPerPage = 20_000
const pagesAtMost = 50

/** Facts as they come, by host and name. */
type Flat = Map<string, Map<string, string | null>>

/**
 * The facts of a few hosts, by the name of the host; undefined where they could not all be had. Pages count facts, not
 * hosts, are ordered by value at best, and tell no usable sum, so they are read to their end and must not overlap.
 */
export async function readFacts(
  reading: Reading,
  hosts: readonly HostRow[],
): Promise<ReadonlyMap<string, JsonObject> | undefined> {
  const asked = hosts.filter(({ name }) => !name.includes('"'))
  if (asked.length === 0 || reading.isBlind) return new Map()
  const flat: Flat = new Map()
  for (let page = 1; page <= pagesAtMost; page += 1) {
    const told = await askPage(reading, asked, page)
    if (told === forbidden) {
      reading.isBlind = true
      reading.gaps.add(
        'the login may not see facts (view_facts), so serial numbers and hardware are not known',
      )
      return new Map()
    }
    const { rows, repeated } = merge(flat, told)
    if (repeated > 0) break
    if (rows < factsPerPage) {
      return new Map([...flat].map(([name, facts]) => [name, unfoldFacts(facts)]))
    }
  }
  return undefined
}

const forbidden = 'forbidden'

/** One page of facts; `forbidden` without the right to see any. */
async function askPage({ client, signal }: Reading, hosts: readonly HostRow[], page: number) {
  const path = '/fact_values'
  // A name of digits only would be taken for the number of a host.
  const terms = hosts.map(({ id, name }) => `host = ${/^\d+$/.test(name) ? id : `"${name}"`}`)
  const query = { search: terms.join(' or '), per_page: factsPerPage, page }
  const body = await client
    .get(path, query, signal)
    .catch((error: unknown) => unlessForbidden(error) ?? forbidden)
  if (body === forbidden) return forbidden
  const told = factsByHost(body)
  if (told === undefined) throw notItsOwn(path)
  return told
}

/** What an answer tells of each host; undefined for an answer that is none. */
export function factsByHost(body: unknown): Flat | undefined {
  // An empty object comes as an empty list from some versions.
  const { results } = { ...(body as { results?: unknown } | undefined) }
  if (Array.isArray(results) && results.length === 0) return new Map()
  const parsed = factAnswer.safeParse(body)
  if (!parsed.success) return undefined
  const hosts = Object.entries(parsed.data.results)
  return new Map(hosts.map(([host, facts]) => [host, new Map(Object.entries(facts).map(asText))]))
}

/** Everything is text, or null for what only has parts. */
const asText = ([name, value]: [string, unknown]): [string, string | null] => [
  name,
  typeof value === 'string' ? value : ['number', 'boolean'].includes(typeof value) ? String(value) : null,
]

/** Adds a page; gives how many facts it had, and how many of them had come before. */
function merge(flat: Flat, told: Flat): { rows: number; repeated: number } {
  let rows = 0
  let repeated = 0
  for (const [host, facts] of told) {
    const known = flat.get(host) ?? new Map<string, string | null>()
    for (const [name, value] of facts) {
      rows += 1
      if (known.has(name)) repeated += 1
      known.set(name, value)
    }
    flat.set(host, known)
  }
  return { rows, repeated }
}
