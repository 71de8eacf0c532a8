import { after, asking, listOf, selectionOf, splitAt, splitAtLast } from '#features/words/reading.ts'
import type { Reading, Request } from '#features/words/reading.ts'
import { entryOf, textOf, type Word } from '#features/words/words.ts'
import { suggest } from '#kernel/suggest.ts'

/** One of some names: itself, or the question which. */
function nameOf(
  what: string,
  word: Word | undefined,
  known: readonly string[],
  rewrite: (name: string) => string,
): { name: string } | ReturnType<typeof asking> {
  const given = word && (word.quoted ?? word.text)
  const exact =
    known.find((name) => name === given) ?? known.find((name) => name.toLowerCase() === given?.toLowerCase())
  if (exact !== undefined) return { name: exact }
  if (known.length === 0) return asking(`There is no ${what} in the configuration`)
  if (given === undefined) return asking(`Which ${what}?`, known.slice(0, 10).map(rewrite))
  const near = suggest(given, known)
  return asking(
    `There is no ${what} ${given}`,
    (near === undefined ? known.slice(0, 10) : [near]).map(rewrite),
  )
}

const without = (words: readonly Word[], ...extra: readonly string[]): readonly Word[] =>
  words.filter(({ lower, quoted }) => quoted !== undefined || !extra.includes(lower))

/** `call webhook tickets for type:vm`. */
export function readWebhook(request: Request): Reading {
  const rest = after(
    request.words,
    'call the webhook',
    'call webhook',
    'call',
    'post to',
    'trigger the webhook',
    'trigger',
    'fire',
    'webhook',
  )
  if (!rest) return undefined
  const split = splitAt(rest, 'for', 'on', 'with', 'about')
  if (!split) return asking('Which webhook for which devices? Say it as: call webhook NAME for QUERY')
  const words = without(split.before, 'the', 'webhook')
  const selection = textOf(request.text, split.after)
  const found = nameOf(
    'webhook',
    words.length === 1 ? words[0] : undefined,
    request.lexicon.webhooks,
    (name) => `call webhook ${name} for ${selection}`,
  )
  if ('questions' in found) return found
  return {
    action: 'webhook',
    parameters: { webhook: found.name },
    selection: selectionOf(request, split.after, (other) => `call webhook ${found.name} for ${other}`),
  }
}

/** `run ping on type:vm`. */
export function readCommand(request: Request): Reading {
  const rest = after(request.words, 'run the command', 'run command', 'run', 'execute', 'command')
  if (!rest) return undefined
  const split = splitAt(rest, 'on', 'for', 'against', 'at')
  if (!split) return asking('Which command for which devices? Say it as: run NAME on QUERY')
  const words = without(split.before, 'the', 'command')
  const selection = textOf(request.text, split.after)
  const found = nameOf(
    'command',
    words.length === 1 ? words[0] : undefined,
    request.lexicon.commands,
    (name) => `run ${name} on ${selection}`,
  )
  if ('questions' in found) return found
  return {
    action: 'command',
    parameters: { command: found.name },
    selection: selectionOf(request, split.after, (other) => `run ${found.name} on ${other}`),
  }
}

/** `sync vcenter1`, `sync everything`. */
export function readSync(request: Request): Reading {
  const rest = after(request.words, 'sync', 'synchronise', 'synchronize', 'refresh', 'reread', 'read', 'scan')
  if (!rest) return undefined
  const words = without(rest, 'the', 'source', 'sources', 'from', 'now', 'again')
  const whole = words.length === 1 && ['all', 'every', 'everything'].includes(words[0]!.lower)
  if (whole) return { action: 'sync', parameters: {}, sources: [] }
  const names = listOf(words)
  const known = request.lexicon.sources
  if (!names || names.length === 0)
    return asking('Which sources?', ['sync all', ...known.slice(0, 9).map((name) => `sync ${name}`)])
  const sources: string[] = []
  for (const [index, name] of names.entries()) {
    const word = { text: name, lower: name.toLowerCase(), quoted: undefined, start: 0, end: 0 }
    const found = nameOf('source', word, known, (other) => `sync ${names.with(index, other).join(', ')}`)
    if ('questions' in found) return found
    sources.push(found.name)
  }
  return { action: 'sync', parameters: {}, sources: [...new Set(sources)] }
}

const formats: Readonly<Record<string, string>> = {
  csv: 'csv',
  jsonl: 'jsonl',
  'json lines': 'jsonl',
  ansible: 'ansible',
  'ansible inventory': 'ansible',
  hosts: 'hosts',
  'hosts file': 'hosts',
}
const unsureFormats: Readonly<Record<string, string>> = {
  excel: 'csv',
  spreadsheet: 'csv',
  xlsx: 'csv',
  json: 'jsonl',
}

/** `export csv of type:vm`, `export type:vm as csv`. */
export function readExport(request: Request): Reading {
  const rest = after(request.words, 'export', 'write', 'download')
  if (!rest) return undefined
  const backward = splitAtLast(rest, 'as', 'to')
  const isBackward = backward !== undefined && isFormat(backward.after)
  const forward = isBackward ? undefined : splitAt(rest, 'of', 'for', 'with')
  const split = isBackward
    ? { format: backward.after, selected: backward.before }
    : forward && { format: forward.before, selected: forward.after }
  if (!split) {
    const given = isFormat(rest) || rest.length === 0 ? 'all devices' : textOf(request.text, rest)
    const named = isFormat(rest) ? [formatIn(rest)] : [...new Set(Object.values(formats))]
    return asking(
      'Which devices in which format? Say it as: export csv of QUERY',
      named.map((format) => `export ${format} of ${given}`),
    )
  }
  const word = formatIn(split.format)
  const selection = textOf(request.text, split.selected)
  const rewrite = (format: string) => `export ${format} of ${selection}`
  const unsure = entryOf(unsureFormats, word)
  if (unsure !== undefined) return asking(`There is no format ${word}: is ${unsure} good?`, [rewrite(unsure)])
  const format = entryOf(formats, word)
  if (format === undefined)
    return asking(`There is no format ${word}`, [...new Set(Object.values(formats))].map(rewrite))
  return {
    action: 'export',
    parameters: { format },
    selection: selectionOf(request, split.selected, (other) => `export ${format} of ${other}`),
  }
}

const formatIn = (words: readonly Word[]): string =>
  without(words, 'a', 'an', 'the', 'as')
    .map(({ quoted, lower }) => quoted ?? lower)
    .join(' ')
const isFormat = (words: readonly Word[]): boolean =>
  entryOf({ ...formats, ...unsureFormats }, formatIn(words)) !== undefined
