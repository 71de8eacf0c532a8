import { AppError } from '#kernel/errors.ts'

interface Schema {
  type?: string | string[]
  items?: Schema
  properties?: Record<string, Schema>
  anyOf?: Schema[]
}

/**
 * Parameters as people write them (`add=web,lab`, `note=text`) as the values that the JSON schema of an action wants. What
 * the schema does not know is passed on as text, for the server to complain of.
 */
export function parametersOf(pairs: readonly string[], schema: object | undefined): Record<string, unknown> {
  const parameters: Record<string, unknown> = {}
  for (const pair of pairs) {
    const [, name, text] = /^([^=]+)=([\s\S]*)$/.exec(pair) ?? []
    if (name === undefined || text === undefined)
      throw new AppError('INPUT_INVALID', 'A parameter is written as name=value', {
        complaints: [{ path: '--param', value: pair, expected: 'name=value' }],
      })
    const known = (schema as Schema | undefined)?.properties?.[name]
    const value = valueOf(text, known)
    const before = parameters[name]
    parameters[name] =
      Array.isArray(before) && Array.isArray(value)
        ? [...(before as unknown[]), ...(value as unknown[])]
        : value
  }
  return parameters
}

function valueOf(text: string, schema: Schema | undefined): unknown {
  const types = [schema, ...(schema?.anyOf ?? [])].flatMap((each) => each?.type ?? [])
  if (/^[[{]/.test(text) && (types.includes('array') || types.includes('object'))) return parsed(text)
  if (types.includes('array')) return text.split(',').map((part) => valueOf(part.trim(), schema?.items))
  if (types.includes('string')) return text
  if (types.includes('number') || types.includes('integer'))
    return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true'
  return types.includes('null') && text === 'null' ? null : text
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
