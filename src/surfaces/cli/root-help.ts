import type { AnyOperation } from '#features/operation.ts'
import type { HandWrittenCommand } from '#surfaces/cli/cli-parts.ts'
import { aliasPaths, commandPath, kebab } from '#surfaces/cli/command-path.ts'

type Line = [usage: string, summary: string]

/** The help of the whole program: everyday commands, then every operation by its noun. */
export function rootHelp(
  operations: readonly AnyOperation[],
  commands: readonly HandWrittenCommand[],
): string {
  const everyday: Line[] = [
    ...commands.map(({ path, summary, arguments: given }): Line => [
      [path, ...(given ?? []).map(([flags]) => flags)].join(' '),
      summary,
    ]),
    ...operations.flatMap((operation) =>
      aliasPaths(operation).map((path): Line => [usage(path, operation), operation.summary]),
    ),
  ]
  const nouns = Map.groupBy(operations, (operation) => operation.name.split('.')[0]!)
  const groups: [string, Line[]][] = [...nouns].map(([noun, group]) => [
    noun,
    group.map((operation): Line => [usage(commandPath(operation), operation), operation.summary]),
  ])
  if (everyday.length > 0) groups.unshift(['everyday', everyday.toSorted(([a], [b]) => (a < b ? -1 : 1))])
  const widest = Math.min(34, Math.max(...groups.flatMap(([, lines]) => lines.map(([text]) => text.length))))
  const text = groups.map(([title, lines]) =>
    [title, ...lines.map((line) => lineText(line, widest))].join('\n'),
  )
  return [`Usage: rollcall COMMAND [options]`, ...text, options].join('\n\n') + '\n'
}

const lineText = ([usage, summary]: Line, widest: number): string =>
  usage.length > widest
    ? `  ${usage}\n  ${' '.repeat(widest)}  ${summary}`
    : `  ${usage.padEnd(widest)}  ${summary}`

function usage(path: readonly string[], operation: AnyOperation): string {
  const names = (operation.cli?.arguments ?? []).map((name) => kebab(name).toUpperCase())
  return [...path, ...names].join(' ')
}

const options = `options of every command
  --json          The exact answer as JSON; errors too, as problem documents on standard error.
  --server URL    Ask this server with the token in ROLLCALL_TOKEN, instead of working on the database here.
  --config FILE   Use this configuration.
  --help          What a command takes.
  --version       Which Rollcall this is.

exit codes: 0 done, 1 failed, 2 wrong input, 3 not found, 4 not allowed,
            5 a job waits for somebody, 130 interrupted`
