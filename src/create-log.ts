import { pino } from 'pino'
import pretty from 'pino-pretty'
import type { Config } from '#config.ts'
import type { Log } from '#kernel/log.ts'

/** Names that never hold anything to be read in a log, two levels deep. */
const secretNames = ['password', 'token', 'secret', 'authorization', 'cookie', 'clientSecret']

export interface ServerLog extends Log {
  /** Takes another level at once. */
  setLevel(level: Config['log']['level']): void
}

/** The log of this process, written to a stream: lines for people, or JSON for programs. */
export function createLog(
  { level, format }: Config['log'],
  destination: NodeJS.WritableStream,
  isTerminal: boolean,
): ServerLog {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`]), censor: '(hidden)' },
  }
  const stream =
    format === 'pretty'
      ? pretty({
          colorize: isTerminal,
          translateTime: 'SYS:HH:MM:ss',
          ignore: 'pid,hostname',
          singleLine: true,
          destination,
          sync: true,
        })
      : destination
  const logger = pino(options, stream)
  return {
    debug: (fields, sentence) => logger.debug(fields, sentence),
    info: (fields, sentence) => logger.info(fields, sentence),
    warn: (fields, sentence) => logger.warn(fields, sentence),
    error: (fields, sentence) => logger.error(fields, sentence),
    setLevel: (next) => {
      logger.level = next
    },
  }
}
