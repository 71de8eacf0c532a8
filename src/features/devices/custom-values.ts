import type { CustomField } from '#features/inventory/custom-field-queries.ts'
import { parseTimestamp } from '#kernel/clock.ts'
import { AppError, type Complaint } from '#kernel/errors.ts'
import { suggest } from '#kernel/suggest.ts'

type Value = string | number | boolean | null
type Values = Record<string, Value>

/**
 * The given values in the form that is kept; throws INPUT_INVALID that names every wrong one. With `isWhole` a
 * required field that is not given is wrong too.
 */
export function readCustomValues(fields: readonly CustomField[], given: Values, isWhole: boolean): Values {
  const complaints: Complaint[] = []
  const kept: Values = {}
  for (const [name, value] of Object.entries(given)) {
    const field = fields.find((each) => each.name === name)
    const path = `custom.${name}`
    if (!field) complaints.push({ path, value, expected: expectedName(fields, name) })
    else if (value === null && field.required)
      complaints.push({ path, value, expected: `a value: ${field.label} is required` })
    else {
      const read = value === null ? null : readValue(field, value)
      if (read === undefined) complaints.push({ path, value, expected: expectation(field) })
      else kept[name] = read
    }
  }
  if (isWhole) {
    for (const field of fields.filter(({ name, required }) => required && given[name] === undefined))
      complaints.push({ path: `custom.${field.name}`, expected: `a value: ${field.label} is required` })
  }
  if (complaints.length === 0) return kept
  throw new AppError('INPUT_INVALID', 'The custom fields cannot be kept so', { complaints })
}

function expectedName(fields: readonly CustomField[], name: string): string {
  const names = fields.map((field) => field.name)
  const meant = suggest(name, names)
  if (meant !== undefined) return `no field of this name; did you mean ${meant}?`
  return names.length > 0 ? `one of ${names.join(', ')}` : 'no custom field: there are none yet'
}

/** The value as it is kept; undefined for one that the field does not take. Text is read, as the command line gives it. */
function readValue(field: CustomField, value: Value): Value | undefined {
  switch (field.type) {
    case 'text':
      return String(value)
    case 'number': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
      return typeof number === 'number' && Number.isFinite(number) ? number : undefined
    }
    case 'boolean':
      if (typeof value === 'boolean') return value
      return value === 'true' ? true : value === 'false' ? false : undefined
    case 'date': {
      const text = typeof value === 'string' ? value : ''
      const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text) && parseTimestamp(text)?.startsWith(text) === true
      return isDate ? text : undefined
    }
    case 'choice':
      return typeof value === 'string' && field.options!.includes(value) ? value : undefined
  }
}

function expectation({ type, options }: CustomField): string {
  switch (type) {
    case 'text':
      return 'a text'
    case 'number':
      return 'a number'
    case 'boolean':
      return 'true or false'
    case 'date':
      return 'a date such as 2026-11-22'
    case 'choice':
      return `one of ${options!.join(', ')}`
  }
}
