import type { Columns } from '#features/actions/target.ts'
import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import { AppError } from '#kernel/errors.ts'
import type { Json } from '#kernel/json.ts'
import { suggest } from '#kernel/suggest.ts'

/** Facts of the device that a text may ask for. */
const deviceFacts = [
  ...(['id', 'name', 'deviceType', 'status', 'address', 'serial', 'vendor', 'model', 'os'] as const),
  ...(['site', 'rack', 'owner', 'tags'] as const),
]

/** What a row has to offer to a text. */
export interface Filling {
  device: DeviceItem | undefined
  columns: Columns
}

/** `{name}`, `{custom.cost}`, `{row.Serial number}`; other braces are text, such as those of JSON. */
const placeholder = /\{([A-Za-z]\w*(?:\.[^{}"\r\n]{1,100})?)\}/g
const whole = /^\{([A-Za-z]\w*(?:\.[^{}"\r\n]{1,100})?)\}$/

/** The placeholders of a text, without braces. */
export const placeholdersOf = (text: string): string[] =>
  [...text.matchAll(placeholder)].map(([, name]) => name!)

/** Refuses placeholders that stand for nothing; throws INPUT_INVALID. Columns are known only once there are rows. */
export function checkTemplate(path: string, text: string): void {
  const unknown = placeholdersOf(text).find((name) => !isKnown(name))
  if (unknown === undefined) return
  const meant = suggest(unknown, [...deviceFacts])
  throw new AppError('INPUT_INVALID', `Nothing is called {${unknown}}`, {
    complaints: [
      {
        path,
        value: `{${unknown}}`,
        expected: `{${deviceFacts.join('}, {')}}, {custom.NAME} or {row.COLUMN}`,
      },
    ],
    ...(meant === undefined ? {} : { hint: `Did you mean {${meant}}?` }),
  })
}

const isKnown = (name: string): boolean =>
  /^(custom|row)\../.test(name) || deviceFacts.some((fact) => fact === name)

/** The value of a placeholder: null for one that is empty. Throws INPUT_INVALID for a column that is not there. */
function valueOf(name: string, { device, columns }: Filling): Json {
  if (name.startsWith('row.')) {
    const column = name.slice('row.'.length)
    if (Object.hasOwn(columns, column)) return columns[column]!
    throw new AppError('INPUT_INVALID', `The row has no column ${column}`, {
      hint: `It has ${Object.keys(columns).join(', ') || 'none'}.`,
    })
  }
  if (device === undefined)
    throw new AppError('INPUT_INVALID', `The row is about no device, so {${name}} stands for nothing`, {
      hint: 'Use {row.COLUMN}, or give the rows a column id, name, address or mac.',
    })
  if (name.startsWith('custom.')) return (device.custom[name.slice('custom.'.length)] ?? null) as Json
  return device[name as (typeof deviceFacts)[number]]
}

/** The text of a value. */
export function textOf(value: Json): string {
  if (value === null) return ''
  if (Array.isArray(value)) return value.map(textOf).join(' ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** A text with its placeholders filled in; a value is never read as a placeholder itself. */
export const fillText = (text: string, filling: Filling): string =>
  text.replaceAll(placeholder, (_, name: string) => textOf(valueOf(name, filling)))

/** JSON with the placeholders in its texts filled in; a text that is one placeholder only becomes the value itself. */
export function fillJson(template: Json, filling: Filling): Json {
  if (typeof template === 'string') {
    const only = whole.exec(template)?.[1]
    return only === undefined ? fillText(template, filling) : valueOf(only, filling)
  }
  if (Array.isArray(template)) return template.map((item) => fillJson(item, filling))
  if (template === null || typeof template !== 'object') return template
  return Object.fromEntries(Object.entries(template).map(([key, item]) => [key, fillJson(item, filling)]))
}

/** The placeholders of a text that are empty for a row, each once, as warnings of its preview. */
export const emptyPlaceholders = (text: string, filling: Filling): string[] =>
  [...new Set(placeholdersOf(text))]
    .filter((name) => textOf(valueOf(name, filling)) === '')
    .map((name) => `{${name}} is empty.`)

/** The columns that a text asks for, with their values: what of a row decides what it says. */
export const usedColumns = (text: string, columns: Columns): Columns =>
  Object.fromEntries(
    placeholdersOf(text)
      .filter((name) => name.startsWith('row.'))
      .map((name) => name.slice('row.'.length))
      .map((name) => [name, columns[name] ?? null]),
  )
