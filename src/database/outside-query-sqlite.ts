import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { OutsideDatabase, OutsidePage } from '#database/outside-query.ts'
import { moreThanOne, refusedQuery, tookTooLong, unreadableFile } from '#database/outside-query-errors.ts'
import { AppError } from '#kernel/errors.ts'

/** What the reading process is asked first; later messages ask for the next page. */
export interface OutsideRequest {
  file: string
  statement: string
}

export type OutsideAnswer =
  | { page: OutsidePage; isLast: boolean }
  | { refused: string }
  | { refused: undefined; why: 'unreadable' | 'more' }

/**
 * Reads the rows of a statement in a process of its own, which opens the file for reading and lets SQLite do nothing but
 * read tables. Node cannot interrupt SQLite, so what takes too long ends with its process.
 */
export async function* readOutsideSqlite(
  database: OutsideDatabase,
  file: string,
  statement: string,
  signal: AbortSignal,
): AsyncGenerator<OutsidePage> {
  const child = fork(fileURLToPath(new URL('./outside-query-process.ts', import.meta.url)), [], {
    serialization: 'advanced',
    // A query cannot take the memory of the machine either.
    execArgv: ['--max-old-space-size=256'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: {},
  })
  const late = AbortSignal.timeout(Math.ceil(database.timeoutSeconds * 1000))
  const kill = () => void child.kill('SIGKILL')
  const stop = AbortSignal.any([signal, late])
  stop.addEventListener('abort', kill, { once: true })
  try {
    for (let message: OutsideRequest | 'next' = { file, statement }; ; message = 'next') {
      const answer = await ask(child, message)
      if ('page' in answer) {
        yield answer.page
        if (answer.isLast) return
      } else throw refusal(database, answer)
    }
  } catch (error) {
    signal.throwIfAborted()
    if (late.aborted) throw tookTooLong(database)
    throw error instanceof AppError ? error : refusedQuery(database, 'it needs more memory than there is')
  } finally {
    stop.removeEventListener('abort', kill)
    kill()
  }
}

function refusal(database: OutsideDatabase, answer: Exclude<OutsideAnswer, { page: OutsidePage }>): AppError {
  if (answer.refused !== undefined) return refusedQuery(database, answer.refused)
  return answer.why === 'more' ? moreThanOne(database) : unreadableFile(database)
}

function ask(child: ChildProcess, message: OutsideRequest | 'next'): Promise<OutsideAnswer> {
  return new Promise((resolve, reject) => {
    const done = () => {
      child.off('message', take)
      child.off('exit', fail)
      child.off('error', fail)
    }
    const take = (answer: OutsideAnswer) => {
      // Under `node --watch` the process tells on the same way which files it has loaded.
      if (!('page' in answer) && !('refused' in answer)) return
      done()
      resolve(answer)
    }
    const fail = () => {
      done()
      reject(new Error('The reading process ended'))
    }
    child.on('message', take)
    child.on('exit', fail)
    child.on('error', fail)
    if (child.connected) child.send(message, (error) => error && fail())
    else fail()
  })
}
