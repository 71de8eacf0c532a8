import { homedir, tmpdir } from 'node:os'
import { z } from 'zod'
import type { CommandTemplate } from '#config-schema.ts'
import type { Config } from '#config.ts'
import { findConfigured } from '#features/actions/find-configured.ts'
import { argumentsOf, rowEnvironment } from '#features/actions/command-line.ts'
import { Columns, loadTargets, targetOf, type Asking } from '#features/actions/target.ts'
import { checkTemplate } from '#features/actions/template.ts'
import { jobAction, type PreviewFacts, type PreviewItem, type RowOutcome } from '#features/jobs/action.ts'
import { runCommand, type CommandEnd } from '#features/jobs/isolate-command.ts'
import { OutcomeUnknown } from '#features/jobs/outcome-unknown.ts'
import { AppError } from '#kernel/errors.ts'
import { contentHash } from '#kernel/json.ts'

/** Bytes of each output that are kept while it runs, and characters of its end that a row keeps. */
const outputLimit = 65_536
const keptCharacters = 2_048

const Parameters = z.strictObject({
  command: z.string().min(1).max(64).describe('The name of one of jobs.commands.'),
})
type Parameters = z.output<typeof Parameters>

/** The command of this name; NOT_FOUND where the configuration allows none. */
const findCommand = ({ jobs }: Config, name: string): CommandTemplate =>
  findConfigured(jobs.commands, name, { noun: 'command', setting: 'jobs.commands' })

async function factsOfAll(
  call: Asking,
  parameters: Parameters,
  items: readonly PreviewItem<Columns>[],
): Promise<(PreviewFacts | undefined)[]> {
  const { run } = findCommand(call.config, parameters.command)
  const devices = await loadTargets(call, items)
  return items.map(({ deviceId, input }, index) => {
    const device = devices[index]
    if (deviceId !== null && !device) return undefined
    try {
      const argv = argumentsOf(run, { device, columns: input })
      return { after: { run: argv }, version: contentHash(argv) }
    } catch (error) {
      if (error instanceof AppError)
        return { warnings: [`This row will fail: ${error.message}.`], version: '' }
      throw error
    }
  })
}

/** What a command that is over means for its row. */
function judged(command: CommandTemplate, end: CommandEnd, signal: AbortSignal): RowOutcome {
  const { exitCode, endedBy, stdout, stderr } = end
  if (endedBy !== 'itself') return stopped(command, endedBy, signal)
  if (exitCode === 0) return { result: { exitCode, output: lastOf(stdout), errors: lastOf(stderr) } }
  const said = lastOf(stderr.trim() === '' ? stdout : stderr)
  const how = exitCode === null ? `was ended by ${end.signal}` : `ended with ${exitCode}`
  throw new AppError('COMMAND_FAILED', `${command.name} ${how}${said === '' ? '' : `: ${said}`}`)
}

function stopped(
  { name, effect, timeoutSeconds }: CommandTemplate,
  endedBy: 'timeout' | 'abort',
  signal: AbortSignal,
): never {
  const what =
    endedBy === 'timeout' ? `was not done within ${timeoutSeconds} s and was ended` : 'was told to stop'
  if (effect === 'once')
    throw new OutcomeUnknown(`${name} ${what}, so it may have done something`, {
      hint: 'Look whether it was done, and say so.',
    })
  if (endedBy === 'abort') signal.throwIfAborted()
  throw new AppError('SOURCE_TIMEOUT', `${name} ${what}`, {
    hint: 'If it is slow by nature, raise timeoutSeconds of jobs.commands.',
  })
}

/** The last lines of what a command said. */
const lastOf = (text: string): string =>
  text
    .replaceAll(/(?![\n\t])\p{Cc}/gu, '')
    .trim()
    .slice(-keptCharacters)

/** Runs a program of this machine that the configuration allows, once for each row. */
export const commandAction = jobAction({
  name: 'command',
  title: 'Run a command',
  summary: 'Run one of the configured commands of this machine, once for each row.',
  effect: ({ config }, { command }) => findCommand(config, command).effect,
  subject: 'table',
  needs: 'jobs.command',
  parameters: Parameters,
  choices: ({ config }) => ({ command: config.jobs.commands.map(({ name }) => name) }),
  input: Columns,
  concurrency: ({ config }, { command }) => findCommand(config, command).concurrency,
  async check({ config }, { command }) {
    for (const argument of findCommand(config, command).run) checkTemplate('command', argument)
  },
  limits({ config }, { command }) {
    const { name, concurrency } = findCommand(config, command)
    return { target: `command:${name}`, perTarget: concurrency }
  },
  async preview(call, parameters, items) {
    const facts = await factsOfAll(call, parameters, items)
    return facts.map((each) => each ?? { nothingToDo: 'The device is no longer there.' })
  },
  async versions(call, parameters, items) {
    const facts = await factsOfAll(call, parameters, items)
    return facts.map((each) => each?.version ?? null)
  },
  async run(call, parameters, input, signal) {
    const command = findCommand(call.config, parameters.command)
    const device = call.row.deviceId === null ? undefined : await targetOf(call)
    const filling = { device, columns: input }
    const end = await runCommand(argumentsOf(command.run, filling), {
      timeoutMs: command.timeoutSeconds * 1000,
      graceMs: call.config.jobs.graceSeconds * 1000,
      signal,
      maxOutput: outputLimit,
      cwd: tmpdir(),
      env: { ...rowEnvironment(call.row, filling), HOME: homedir() },
    })
    return judged(command, end, signal)
  },
})
