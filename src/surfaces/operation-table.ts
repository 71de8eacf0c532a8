import type { AnyOperation } from '#features/operation.ts'
import { inputFields } from '#surfaces/input-fields.ts'

/** Every operation in one line: its name, address, effect, permission and command. Changes to it are read in review. */
export function operationTable(operations: readonly AnyOperation[]): string {
  const rows = operations.map((each) => [
    each.name,
    each.http,
    effectOf(each),
    each.permission,
    commandOf(each),
  ])
  const sorted = rows.toSorted(([left], [right]) => (left! < right! ? -1 : 1))
  const all = [['name', 'http', 'effect', 'permission', 'cli'], ...sorted]
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)))
  return (
    all
      .map((row) =>
        row
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join('  ')
          .trimEnd(),
      )
      .join('\n') + '\n'
  )
}

const effectOf = ({ effect, job, preview }: AnyOperation): string =>
  [effect, job ? 'job' : '', preview ? 'preview' : ''].filter(Boolean).join('+')

function commandOf(operation: AnyOperation): string {
  const required = new Set(
    inputFields(operation.input)
      .filter((field) => field.required)
      .map((field) => field.name),
  )
  const given = (operation.cli?.arguments ?? []).map((name) =>
    required.has(name) ? `<${name}>` : `[${name}]`,
  )
  const aliases = (operation.cli?.aliases ?? []).map((alias) => ` | ${alias}`)
  return [operation.name.replaceAll('.', ' '), ...given].join(' ') + aliases.join('')
}
