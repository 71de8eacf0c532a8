import type { Columns } from '#features/actions/target.ts'
import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import { AppError } from '#kernel/errors.ts'
import type { Json } from '#kernel/json.ts'
import {
  fillJson as fillJsonWith,
  fillText as fillTextWith,
  placeholdersOf,
  textOf,
} from '#kernel/placeholders.ts'
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

/** A text with its placeholders filled in; a value is never read as a placeholder itself. */
export const fillText = (text: string, filling: Filling): string =>
  fillTextWith(text, (name) => valueOf(name, filling))

/** JSON with the placeholders in its texts filled in; a text that is one placeholder only becomes the value itself. */
export const fillJson = (template: Json, filling: Filling): Json =>
  fillJsonWith(template, (name) => valueOf(name, filling))

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
