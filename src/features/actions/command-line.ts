import { fillText, type Filling } from '#features/actions/template.ts'
import { placeholdersOf, textOf } from '#kernel/placeholders.ts'
import { AppError } from '#kernel/errors.ts'

/** Where programs are looked for: the places of the system, whatever our own environment says. */
const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * The arguments of a command for a row: each placeholder is filled in within its own argument, and no shell reads them.
 * Throws INPUT_INVALID for a value that would be read as an option, is empty, or cannot be an argument.
 */
export function argumentsOf(run: readonly string[], filling: Filling): string[] {
  const endOfOptions = run.indexOf('--')
  return run.map((argument, index) => {
    const names = placeholdersOf(argument)
    if (names.length === 0) return argument
    if (index === 0) throw refused(argument, 'would choose the program, which only the configuration may')
    const filled = fillText(argument, filling)
    const isAfterOptions = endOfOptions >= 0 && index > endOfOptions
    if (filled.includes('\0')) throw refused(argument, 'holds a character that no argument can hold')
    if (filled === '') throw refused(argument, 'is empty')
    if (filled.startsWith('-') && argument.startsWith('{') && !isAfterOptions)
      throw refused(argument, `begins with a dash and would be read as an option`)
    return filled
  })
}

const refused = (argument: string, what: string): AppError =>
  new AppError('INPUT_INVALID', `What stands for ${argument} ${what}`, {
    hint: 'Mend the row; after an argument -- a dash is allowed.',
  })

/** The environment of a command: where programs are, and what the row has as ROLLCALL_ROW_NAME. Nothing of ours. */
export function rowEnvironment(
  { key, number }: { key: string; number: number },
  { device, columns }: Filling,
): Record<string, string> {
  const facts: [string, string][] = [
    ...Object.entries(columns).map(([name, value]): [string, string] => [name, textOf(value)]),
    ['key', key],
    ['number', `${number}`],
    ...(device === undefined
      ? []
      : ([
          ['device_id', `${device.id}`],
          ['device_name', device.name],
          ['device_address', device.address ?? ''],
        ] as [string, string][])),
  ]
  const named = facts.map(([name, value]): [string, string] => [
    `ROLLCALL_ROW_${name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}`,
    value.replaceAll('\0', ''),
  ])
  return { ...Object.fromEntries(named), PATH: searchPath, LANG: 'C.UTF-8' }
}
