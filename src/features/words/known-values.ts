import { hasDevice } from '#features/words/lexicon-queries.ts'
import { fieldsWithValue, valuesOf, type Asking, type Lexicon } from '#features/words/lexicon.ts'
import { isPattern } from '#features/words/selection-words.ts'
import { suggest } from '#kernel/suggest.ts'
import { parseIp } from '#model/ip-address.ts'
import { parseMac } from '#model/mac.ts'
import { quoteIfNeeded } from '#query/complete-query.ts'

/** A value that somebody may see, with the field that has it. */
export interface Named {
  field: string
  value: string
}

/** An IP address, a network, a MAC address. */
export function isAddress(word: string): boolean {
  if (parseIp(word) !== undefined || parseMac(word) !== undefined) return true
  const network = /^([^/]+)\/\d{1,3}$/.exec(word)?.[1]
  return network !== undefined && parseIp(network) !== undefined
}

interface Looking {
  call: Asking
  lexicon: Lexicon
}

/** A value as the query language reads it; wildcards stay wildcards. */
export const valueOf = (value: string): string => (isPattern(value) ? value : quoteIfNeeded(value))

/** The places of this name: sites, racks, clusters and tags; sources too, for what comes from them. */
export async function placesCalled(looking: Looking, text: string, withSources: boolean): Promise<Named[]> {
  const fields = ['site', 'rack', 'cluster', 'tag', ...(withSources ? ['source'] : [])]
  const found = await Promise.all(
    fields.map(async (field) => ({ field, value: await lookedUp(looking, field, text) })),
  )
  return found.flatMap(({ field, value }) => (value === undefined ? [] : [{ field, value }]))
}

/** The value as it is kept, where it is known; words of fields without known values are taken as they are if `isLone`. */
export async function isKnown(
  looking: Looking,
  field: string,
  text: string,
  isLone: boolean,
): Promise<string | undefined> {
  if (isPattern(text)) return text
  if (isLookedUp.has(field)) return lookedUp(looking, field, text)
  return isLone ? text : undefined
}

/** No value that is worth looking up is longer. */
const longest = 200

const isLookedUp = new Set(['tag', 'source', 'cluster', 'site', 'rack', 'owner'])

async function lookedUp(
  { call, lexicon }: Looking,
  field: string,
  text: string,
): Promise<string | undefined> {
  if (text === '' || text.length > longest) return undefined
  const lower = text.toLowerCase()
  if (field === 'tag') return lexicon.tags.find((tag) => tag.toLowerCase() === lower)
  if (field === 'source') return lexicon.sources.find((source) => source.toLowerCase() === lower)
  if (field === 'cluster') return (await hasDevice(call, `cluster:${quoteIfNeeded(text)}`)) ? text : undefined
  return (await fieldsWithValue(call, 'device', text, [field]))[0]?.value
}

/** The value that was most likely meant, of those that there are. */
export async function nearValue(
  { call, lexicon }: Looking,
  field: string,
  text: string,
): Promise<string | undefined> {
  if (field === 'tag') return suggest(text, lexicon.tags)
  if (field === 'source') return suggest(text, lexicon.sources)
  return suggest(text, await valuesOf(call, 'device', field, ''))
}
