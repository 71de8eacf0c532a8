import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { redactedConfig } from '#config.ts'
import type { Config } from '#config.ts'
import { exportAudit } from '#features/audit/export-audit.ts'
import { operations } from '#features/operations.ts'
import { openDatabase } from '#database/open.ts'
import { migrateDatabase, migratedLines } from '#features/system/migrate-database.ts'
import { restoredLines, restoreFromBackup } from '#features/system/restore-from-backup.ts'
import { parseTimestamp } from '#kernel/clock.ts'
import type { Clock } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { silentLog } from '#kernel/log.ts'
import { withoutUrlPassword } from '#kernel/schema-fields.ts'
import type { Actor } from '#model/actor.ts'
import type { ServerLog } from '#create-log.ts'
import { serve } from '#serve.ts'
import { sourceTypes } from '#sources/sources.ts'
import type { HandWrittenCommand } from '#surfaces/cli/cli-parts.ts'
import type { Execute } from '#surfaces/cli/execute.ts'
import { mcpOverStdio } from '#surfaces/mcp/mcp-over-stdio.ts'

/** What the hand-written commands take from the process. */
export interface CommandParts {
  version: string
  clock: Clock
  /** The configuration, with settings from the command line on top. */
  config(given: { configFile?: unknown; settings?: Record<string, unknown> }): Config
  log(config: Config): ServerLog
  say(line: string): void
  execute: Execute
  actor: Actor
  /** Whether somebody sits there and can be asked. */
  isTty: boolean
  confirm(question: string): Promise<boolean>
  standard: { input: Readable; output: Writable }
}

/** Commands that are no question with one answer. */
export const handWrittenCommands = (parts: CommandParts): HandWrittenCommand[] => [
  serveCommand(parts),
  mcpCommand(parts),
  checkCommand(parts),
  showCommand(parts),
  migrateCommand(parts),
  restoreCommand(parts),
  auditExportCommand(parts),
]

const serveCommand = (parts: CommandParts): HandWrittenCommand => ({
  path: 'serve',
  summary: 'Answer on the web, do jobs and keep schedules until stopped.',
  options: [
    ['--host <address>', 'Where to listen, instead of server.host.'],
    ['--port <number>', 'Where to listen, instead of server.port.'],
  ],
  async run({ values }, signal) {
    const { host, port, config: configFile } = values
    const config = parts.config({
      configFile,
      settings: { ROLLCALL_SERVER__HOST: host, ROLLCALL_SERVER__PORT: port },
    })
    await serve({ ...parts, config, log: parts.log(config) }, signal)
    return 0
  },
})

const mcpCommand = ({ version, actor, execute, standard }: CommandParts): HandWrittenCommand => ({
  path: 'mcp',
  summary: 'Speak MCP over standard input and output, for a language model on this machine.',
  async run({ values }, signal) {
    const configFile = typeof values['config'] === 'string' ? values['config'] : undefined
    const ask = { version, actor, operations, log: silentLog }
    const answer: Parameters<typeof mcpOverStdio>[0]['execute'] = (operation, input, each) =>
      execute({ operation, input, configFile }, each)
    await mcpOverStdio({ ...ask, execute: answer }, standard, signal)
    return 0
  },
})

const checkCommand = ({ config, say }: CommandParts): HandWrittenCommand => ({
  path: 'config check',
  summary: 'Say whether the configuration is good, without starting.',
  async run({ values }) {
    const { file } = config({ configFile: values['config'] })
    say(
      `The configuration is good${file === undefined ? ' (there is no file; defaults and environment)' : `: ${file}`}.`,
    )
    return 0
  },
})

const showCommand = ({ config, say }: CommandParts): HandWrittenCommand => ({
  path: 'config show',
  summary: 'Show the configuration that is in force, secrets hidden.',
  async run({ values }) {
    say(JSON.stringify(redactedConfig(config({ configFile: values['config'] }), sourceTypes), null, 2))
    return 0
  },
})

const migrateCommand = ({ config, clock, say }: CommandParts): HandWrittenCommand => ({
  path: 'db migrate',
  summary: 'Bring the schema up to date after a backup, or back to an older one.',
  options: [['--to <version>', 'Up or back to this one, such as 0003, for an older release.']],
  async run({ values }, signal) {
    const to = typeof values['to'] === 'string' ? values['to'] : undefined
    const done = await migrateDatabase(
      { config: config({ configFile: values['config'] }), clock, to },
      signal,
    )
    say(values['json'] ? JSON.stringify(done, null, 2) : migratedLines(done).join('\n'))
    return 0
  },
})

const restoreCommand = ({ config, clock, say, actor, isTty, confirm }: CommandParts): HandWrittenCommand => ({
  path: 'db restore',
  summary: 'Put a backup in the place of the database; what it replaces is kept. No server may run.',
  arguments: [['<file>', 'The backup.']],
  options: [['--yes', 'Do it without asking.']],
  async run({ arguments: [file], values }, signal) {
    const found = config({ configFile: values['config'] })
    if (values['yes'] !== true) {
      if (!isTty || values['json']) throw nobodyToAsk()
      if (!(await confirm(`Put ${file} in the place of ${withoutUrlPassword(found.database.url)}?`))) return 1
    }
    const restored = await restoreFromBackup({ config: found, clock, file: file!, by: actor.name }, signal)
    say(values['json'] ? JSON.stringify(restored, null, 2) : restoredLines(restored).join('\n'))
    return 0
  },
})

const nobodyToAsk = () =>
  new AppError('INPUT_INVALID', 'db restore replaces the database and nobody is here to be asked', {
    hint: 'Add --yes to say that you mean it.',
  })

const auditExportCommand = ({ config, clock, standard }: CommandParts): HandWrittenCommand => ({
  path: 'audit export',
  summary: 'Write the audit trail as JSON Lines that anybody can verify.',
  options: [
    ['--from <time>', 'From this time on.'],
    ['--until <time>', 'Before this time.'],
  ],
  async run({ values }, signal) {
    const found = config({ configFile: values['config'] })
    const opened = await openDatabase({ url: found.database.url })
    try {
      const times = { from: timeOf(values, 'from'), until: timeOf(values, 'until') }
      for await (const piece of exportAudit({ reports: opened.reports, clock }, times, signal))
        if (!standard.output.write(piece)) await once(standard.output, 'drain')
    } finally {
      await opened.close()
    }
    return 0
  },
})

function timeOf(values: Record<string, unknown>, name: string): string | undefined {
  const text = values[name]
  if (typeof text !== 'string') return undefined
  const time = parseTimestamp(text)
  if (time !== undefined) return time
  throw new AppError('INPUT_INVALID', `audit export cannot use --${name}`, {
    complaints: [{ path: name, value: text, expected: 'a time such as 2026-11-22T10:00:00Z' }],
  })
}
