import type { AnyJobAction } from '#features/jobs/action.ts'
import type { RowsFrom } from '#features/jobs/job-shapes.ts'
import { plain, querySentence } from '#features/jobs/query-sentence.ts'
import type { JsonObject } from '#kernel/json.ts'

/** What a sentence needs to know of an action. */
type Named = Pick<AnyJobAction, 'name' | 'title' | 'subject'>

/**
 * What a job would do, in words: `Put the tag web on devices where type is vm.` Made of action, parameters and rows alone,
 * so that the same job always reads the same. A query that cannot be read is shown as it is.
 */
export function sentenceOf(action: Named, parameters: JsonObject, rowsFrom: RowsFrom | null): string {
  const doing = doings[action.name]?.(parameters)
  const target = targetWords(action, parameters, rowsFrom)
  if (doing === undefined) return `${action.title}${target === '' ? '' : `: ${target}`}.`
  return `${doing}${target === '' ? '' : ` ${target}`}.`
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const quoted = (value: unknown): string => JSON.stringify(text(value))

const tagWords = (tags: unknown): string =>
  `the ${texts(tags).length === 1 ? 'tag' : 'tags'} ${texts(tags).map(plain).join(', ')}`

const doings: Readonly<Record<string, (parameters: JsonObject) => string>> = {
  tag: ({ add }) => `Put ${tagWords(add)} on`,
  untag: ({ remove }) => `Take ${tagWords(remove)} off`,
  annotate: ({ note, set }) => {
    const sets = Object.entries((set ?? {}) as JsonObject).flatMap(settings)
    const parts = [
      ...(note === undefined ? [] : [`add the note ${quoted(note)}`]),
      ...(sets.length === 0 ? [] : [`set ${sets.join(' and ')}`]),
    ]
    return `${capital(parts.join(' and ') || 'set what the columns say')} for`
  },
  classify: ({ hostType, status }) => {
    const parts = [
      ...(status === undefined
        ? []
        : [statusWords[text(status)] ?? `set the state ${plain(text(status))} of`]),
      ...(hostType === undefined ? [] : [`classify as ${plain(text(hostType))}`]),
    ]
    return capital(parts.join(' and '))
  },
  webhook: ({ webhook }) => `Call the webhook ${plain(text(webhook))} for`,
  command: ({ command }) => `Run the command ${plain(text(command))} for`,
  export: ({ format }) => `Write a file (${plain(text(format))}) of`,
  sync: () => 'Read',
}

const statusWords: Readonly<Record<string, string>> = {
  approved: 'approve',
  rejected: 'reject',
  pending: 'put back for review',
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

function settings([name, value]: [string, unknown]): string[] {
  if (name === 'custom' && value !== null && typeof value === 'object')
    return Object.entries(value).map(([field, each]) => setting(`custom.${field}`, each))
  return [setting(name, value)]
}

const setting = (name: string, value: unknown): string =>
  value === null ? `${name} to what sources say` : `${name} to ${plain(String(value as string | number))}`

/** What the rows of a job are: `devices where type is vm`. */
function targetWords(action: Named, parameters: JsonObject, rowsFrom: RowsFrom | null): string {
  if (rowsFrom === null) return action.name === 'export' ? ofQuery(text(parameters['q']), 'device') : ''
  const subject = action.subject === 'host' ? 'host' : 'device'
  switch (rowsFrom.kind) {
    case 'query':
      return ofQuery(rowsFrom.q, subject)
    case 'ids':
      return rowsFrom.ids.length === 1
        ? `the ${subject} ${rowsFrom.ids[0]}`
        : `${rowsFrom.ids.length} chosen ${subject}s`
    case 'sources':
      return rowsFrom.names.length === 0
        ? 'every source'
        : `the ${rowsFrom.names.length === 1 ? 'source' : 'sources'} ${rowsFrom.names.map(plain).join(', ')}`
    case 'file':
      return 'the rows of an uploaded file'
    case 'sql':
      return `the rows that a query of the database ${plain(rowsFrom.database)} gives`
  }
}

function ofQuery(q: string, subject: 'device' | 'host'): string {
  const words = readable(q, subject)
  return words === '' ? `every ${subject}` : `${subject}s where ${words}`
}

function readable(q: string, subject: 'device' | 'host'): string {
  try {
    return querySentence(q, subject)
  } catch {
    return JSON.stringify(q)
  }
}
