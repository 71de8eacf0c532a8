import { Command, CommanderError } from 'commander'
import type { AnyOperation } from '#features/operation.ts'
import { AppError, toAppError } from '#kernel/errors.ts'
import type { CliParts, GlobalValues, HandWrittenCommand } from '#surfaces/cli/cli-parts.ts'
import { addInput } from '#surfaces/cli/command-options.ts'
import { aliasPaths, commandPath } from '#surfaces/cli/command-path.ts'
import { exitCodeOf, exitCodes } from '#surfaces/cli/exit-code.ts'
import { followCommand } from '#surfaces/cli/job-commands.ts'
import { rootHelp } from '#surfaces/cli/root-help.ts'
import { runOperationCommand } from '#surfaces/cli/run-operation.ts'
import { doCommand } from '#surfaces/cli/do-command.ts'
import { submitCommand } from '#surfaces/cli/submit-command.ts'
import { safeLines, safeText } from '#surfaces/cli/terminal-text.ts'
import { inputFields } from '#surfaces/input-fields.ts'
import { problemOf } from '#surfaces/problem.ts'

/** Runs one command line over the operations; gives the exit code and never throws. */
export async function runCli(parts: CliParts): Promise<number> {
  let code: number = exitCodes.ok
  const said: string[] = []
  const program = buildProgram(parts, said, (result) => {
    code = result
  })
  try {
    if (parts.argv.length === 0) {
      parts.print(program.helpInformation().trimEnd())
      return exitCodes.usage
    }
    await program.parseAsync([...parts.argv], { from: 'user' })
    return code
  } catch (thrown) {
    return fail(parts, thrown, said)
  }
}

type Finish = (code: number) => void

function buildProgram(parts: CliParts, said: string[], finish: Finish): Command {
  const program = new Command('rollcall')
    .version(parts.version)
    .option('--json', 'The exact answer as JSON.')
    .option('--server <url>', 'Ask this server instead of the database here.')
    .option('--config <file>', 'Use this configuration.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => parts.print(text.trimEnd()),
      writeErr: (text) => said.push(text),
    })
  const commands = [
    ...(parts.commands ?? []),
    ...followCommand(parts),
    ...submitCommand(parts),
    ...doCommand(parts),
  ]
  for (const command of commands) addHandWritten(program, parts, command, finish)
  for (const operation of parts.operations) {
    for (const path of [commandPath(operation), ...aliasPaths(operation)]) {
      addOperation(program, parts, operation, path, finish)
    }
  }
  program.helpInformation = () => rootHelp(parts.operations, commands)
  return program
}

/** The command at a path; the words before its last become groups of commands. */
function commandAt(program: Command, path: readonly string[]): Command {
  let command = program
  for (const word of path) {
    command = command.commands.find((each) => each.name() === word) ?? command.command(word).exitOverride()
  }
  return command
}

const globals = (program: Command): GlobalValues => {
  const { json, server, config } = program.opts<{ json?: boolean; server?: string; config?: string }>()
  return { json: json ?? false, server, config }
}

function addOperation(
  program: Command,
  parts: CliParts,
  operation: AnyOperation,
  path: readonly string[],
  finish: Finish,
): void {
  const command = commandAt(program, path).description(operation.summary)
  // Options cost time to work out; only those of the noun that was asked for are needed.
  if (!parts.argv.includes(path[0]!)) return
  const read = addInput(command, operation)
  if (operation.effect === 'danger') command.option('--yes', 'Do it without asking.')
  if (operation.paged) command.option('--all', 'Every page, not only the first.')
  if (operation.job) command.option('--no-wait', 'Start the job and leave; do not follow it.')
  command.action(async () => {
    const values: Record<string, unknown> = command.opts()
    const manner = {
      ...globals(program),
      yes: operation.effect === 'danger' && values.yes === true,
      all: operation.paged === true && values.all === true,
      wait: values.wait !== false,
    }
    const input = await withStandardInput(parts, operation, read(command.processedArgs, values))
    finish(await runOperationCommand(parts, operation, input, manner))
  })
}

/** Values given as `-` come from standard input, so that a secret need not stand in the command line. */
async function withStandardInput(
  { readInput }: CliParts,
  operation: AnyOperation,
  input: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const field = inputFields(operation.input).find((each) => input[each.name] === '-')
  if (!field || !readInput) return input
  return { ...input, [field.name]: (await readInput()).replace(/\r?\n$/, '') }
}

function addHandWritten(
  program: Command,
  { signal }: CliParts,
  given: HandWrittenCommand,
  finish: Finish,
): void {
  const command = commandAt(program, given.path.split(' ')).description(given.summary)
  for (const [flags, description] of given.arguments ?? []) command.argument(flags, description)
  for (const [flags, description] of given.options ?? []) command.option(flags, description)
  command.action(async () => {
    const values = { ...globals(program), ...command.opts<Record<string, unknown>>() }
    finish(await given.run({ arguments: command.args, values }, signal))
  })
}

/** Shows an error as a person or, with --json, as a program reads it. */
function fail(parts: CliParts, thrown: unknown, said: readonly string[]): number {
  if (thrown instanceof CommanderError && thrown.exitCode === 0) return exitCodes.ok
  if (parts.signal.aborted) {
    parts.printError('Interrupted.')
    return exitCodes.interrupted
  }
  const error = thrown instanceof CommanderError ? usageError(thrown, said) : toAppError(thrown)
  if (error.code === 'INTERNAL') parts.logFailure?.(error.cause ?? error)
  if (parts.argv.includes('--json')) parts.printError(JSON.stringify(problemOf(error), null, 2))
  else parts.printError(errorText(error))
  return exitCodeOf(error.fault)
}

function usageError(thrown: CommanderError, said: readonly string[]): AppError {
  // A group without a verb, such as `rollcall device`: commander has written its help.
  if (thrown.code === 'commander.help') return new AppError('INPUT_INVALID', said.join('').trimEnd())
  const [sentence, ...more] = thrown.message.replace(/^error: /, '').split('\n')
  const hint = [...more, 'rollcall --help lists everything.'].join(' ')
  return new AppError('INPUT_INVALID', sentence!, { hint })
}

const isTold = ({ code, message }: AppError): boolean => code === 'CONFIG_INVALID' && message.includes('\n')

function errorText(error: AppError): string {
  const lines = [safeLines(error.message)]
  // A sentence of several lines has told of each already.
  for (const { path, value, expected } of isTold(error) ? [] : error.complaints) {
    const given = value === undefined ? '' : `, not ${JSON.stringify(value)}`
    lines.push(safeText(`  ${path === '' ? 'input' : path}: expected ${expected}${given}`))
  }
  if (error.hint !== undefined) lines.push(safeLines(error.hint))
  return lines.join('\n')
}
