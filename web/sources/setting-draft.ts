import { leavesOf, type SettingField } from './setting-fields.ts'

/** What stands for a secret that is kept: it is shown instead of it, and sent it means the same one. */
export const setSecret = '(set)'

/** What is in the inputs, by path. Numbers and lists are the text that is typed. */
export type Draft = Readonly<Record<string, string | boolean | readonly string[]>>

export type Settings = Record<string, unknown>

const at = (settings: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (value, key) => (value !== null && typeof value === 'object' ? (value as Settings)[key] : undefined),
      settings,
    )

function draftValue({ kind, options, default: usual }: SettingField, stored: unknown): Draft[string] {
  if (kind === 'boolean') return (stored ?? usual ?? false) === true
  if (kind === 'choice') return String(stored ?? usual ?? '')
  if (kind === 'choices') return Array.isArray(stored) ? stored.map(String) : []
  if (kind === 'list' || kind === 'numbers')
    return Array.isArray(stored) ? stored.map(String).join(kind === 'list' ? '\n' : ', ') : ''
  if (kind === 'pairs')
    return Object.entries((stored ?? {}) as Settings)
      .map(([name, value]) => `${name}: ${String(value)}`)
      .join('\n')
  if (kind === 'scalar' && typeof stored === 'string' && scalarOf(stored, options) !== stored)
    return JSON.stringify(stored)
  return stored === undefined || stored === null ? '' : String(stored)
}

/** A number, a word such as true, or a text, as far as it may be; a text that looks like another stands between quotes. */
function scalarOf(text: string, types: readonly string[]): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return types.includes(value === null ? 'null' : typeof value) ? value : text
  } catch {
    return text
  }
}

/** `Name: value` a line. What lacks the colon goes as it is, for the server to say what is wrong with it. */
function pairsOf(text: string): Settings {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', ...value] = line.split(':')
      return [name.trim(), value.join(':').trim()]
    }),
  )
}

/** The inputs filled with what is stored; what is left out is empty and keeps its usual value. */
export const draftOf = (fields: readonly SettingField[], stored: Settings = {}): Draft =>
  Object.fromEntries(leavesOf(fields).map((field) => [field.path, draftValue(field, at(stored, field.path))]))

const itemsOf = (text: string): string[] =>
  text
    .split(/[\n,]/)
    .map((item) => item.trim())
    .filter(Boolean)

/** A number where it is one; other text goes as it is, for the server to say what is wrong with it. */
const numberOf = (text: string): number | string =>
  text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text.trim()

/** What an input says; undefined where it says nothing, so that the usual value holds. */
function valueOf(field: SettingField, given: Draft[string] | undefined, stored: unknown): unknown {
  if (given === undefined) return undefined
  if (typeof given === 'boolean')
    return given === (field.default ?? false) && stored === undefined ? undefined : given
  if (typeof given === 'object') return given.length > 0 ? [...given] : undefined
  if (field.kind === 'list' || field.kind === 'numbers') {
    const items = itemsOf(given)
    if (items.length === 0) return undefined
    return field.kind === 'numbers' ? items.map(numberOf) : items
  }
  if (field.kind === 'choice' && given === field.default && stored === undefined) return undefined
  if (field.kind === 'secret' || field.kind === 'lines') return given === '' ? undefined : given
  const text = given.trim()
  if (text === '') return undefined
  if (field.kind === 'pairs') return pairsOf(text)
  if (field.kind === 'scalar') return scalarOf(text, field.options)
  return field.kind === 'number' ? numberOf(text) : text
}

function put(settings: Settings, path: string, value: unknown): void {
  const [key, ...rest] = path.split('.') as [string, ...string[]]
  if (rest.length === 0) settings[key] = value
  else put((settings[key] ??= {}) as Settings, rest.join('.'), value)
}

/** The settings that the inputs say, without what was left empty. */
export function settingsOf(fields: readonly SettingField[], draft: Draft, stored: Settings = {}): Settings {
  const settings: Settings = {}
  for (const field of leavesOf(fields)) {
    const value = valueOf(field, draft[field.path], at(stored, field.path))
    if (value !== undefined) put(settings, field.path, value)
  }
  return settings
}

const nothingOf = (kept: object): Settings => Object.fromEntries(Object.keys(kept).map((key) => [key, null]))

/** The settings as a merge patch over the stored ones: what was emptied is null. */
export function patchOf(fields: readonly SettingField[], draft: Draft, stored: Settings): Settings {
  const patch = settingsOf(fields, draft, stored)
  for (const { path, kind } of leavesOf(fields)) {
    const [given, kept] = [at(patch, path), at(stored, path)]
    if (given === undefined && kept !== undefined) put(patch, path, null)
    else if (kind === 'pairs' && kept) put(patch, path, { ...nothingOf(kept), ...(given as Settings) })
  }
  return patch
}
