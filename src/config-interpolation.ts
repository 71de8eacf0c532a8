import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { z } from 'zod'
import { pathText, type Path, type Problem } from '#config-complaints.ts'
import { fromText } from '#kernel/schema-fields.ts'

/** What interpolation needs, and where it notes what it found. */
export interface Interpolation {
  environment: Record<string, string | undefined>
  folder: string
  schema: (path: Path) => z.ZodType | undefined
  problems: Problem[]
  /** Paths whose value came out of `${...}`: never shown. */
  hidden: Set<string>
}

/** `$${` stands for `${`; `${file:PATH}` for a file's text; `${NAME}` and `${NAME:-otherwise}` for a variable. */
const placeholder = /\$\$\{|\$\{([^}]*)\}/g

function valueOf(expression: string, path: Path, { environment, folder, problems }: Interpolation): string {
  const complain = (says: string, expected: string): string => {
    problems.push({ path, says, expected })
    return ''
  }
  if (expression.startsWith('file:')) {
    const file = resolve(folder, expression.slice('file:'.length))
    try {
      return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
    } catch {
      return complain(`takes its value from ${file}, which cannot be read`, 'a readable file')
    }
  }
  const { name, otherwise } =
    /^(?<name>[A-Za-z_][A-Za-z0-9_]*)(:-(?<otherwise>.*))?$/s.exec(expression)?.groups ?? {}
  if (!name)
    return complain(`has \${${expression}}, expected \${NAME} or \${file:PATH}`, '${NAME} or ${file:PATH}')
  const value = environment[name] || otherwise
  return (
    value ?? complain(`needs the variable ${name}, which is not set`, `${name} in the environment or in .env`)
  )
}

function interpolateText(text: string, path: Path, tools: Interpolation): unknown {
  if (!text.includes('${')) return text
  let replaced = false
  const result = text.replace(placeholder, (whole, expression: string | undefined) => {
    if (whole === '$${') return '${'
    replaced = true
    return valueOf(expression!, path, tools)
  })
  if (!replaced) return result
  tools.hidden.add(pathText(path))
  return fromText(tools.schema(path), result)
}

/** A copy of the settings with every `${...}` in their texts replaced; what cannot be replaced becomes a problem. */
export function interpolate(value: unknown, tools: Interpolation, path: Path = []): unknown {
  if (typeof value === 'string') return interpolateText(value, path, tools)
  if (Array.isArray(value)) return value.map((item, index) => interpolate(item, tools, [...path, index]))
  if (value === null || typeof value !== 'object') return value
  // `server:` with nothing behind it is null in YAML, and means that nothing is set.
  const given = Object.entries(value).filter(([, item]) => item !== null)
  return Object.fromEntries(given.map(([key, item]) => [key, interpolate(item, tools, [...path, key])]))
}
