import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import { AppError } from '#kernel/errors.ts'
import { connectionError, openSocket } from '#sources/mikrotik/api-socket.ts'
import { BrokenWords, createWordReader, encodeSentence, type Sentence } from '#sources/mikrotik/api-words.ts'
import type { Row, RouterClient } from '#sources/mikrotik/router-client.ts'
import { readBytes } from '#sources/mikrotik/router-text.ts'
import type { ApiPlace, MikrotikSettings } from '#sources/mikrotik/settings.ts'

/** Rows of one menu; more are not kept in memory. */
const mostRows = 500_000

/** What a command gave: its rows, and the words of its end. */
interface Reply {
  rows: Row[]
  done: Row
  trap?: string | undefined
}

interface Waiting {
  reply: Reply
  resolve(reply: Reply): void
  reject(error: Error): void
}

const noSuchMenu = /no such command|unknown command|no such item/i
const noRight = /not enough permissions|permission denied/i
const wrongLogin = /invalid user name or password|cannot log in|failure/i

/** Reads over the API of TCP 8728 and, encrypted, 8729: RouterOS 6 and 7. Commands are told apart by tags. */
export function apiClient(place: ApiPlace, settings: MikrotikSettings): RouterClient {
  let session: Promise<Session> | undefined
  const connected = async (signal: AbortSignal): Promise<Session> => {
    session ??= signIn(place, settings, signal)
    return session
  }
  return {
    async print(menu, properties, signal) {
      const { ask } = await connected(signal)
      const reply = await ask([`/${menu}/print`, `=.proplist=${properties.join(',')}`], signal)
      if (reply.trap === undefined) return reply.rows
      if (noSuchMenu.test(reply.trap)) return undefined
      if (noRight.test(reply.trap))
        throw new AppError('SOURCE_FORBIDDEN', `${place.host} does not allow this user to read ${menu}`, {
          hint: 'Give its group the policies read and api.',
        })
      throw new AppError(
        'SOURCE_ANSWER_INVALID',
        `${place.host} could not print ${menu}: ${tidy(reply.trap)}`,
      )
    },
    async close() {
      const opened = await session?.catch(() => undefined)
      opened?.socket.destroy()
    },
  }
}

// oxlint-disable-next-line no-control-regex -- words of the router, into a sentence of ours
const tidy = (text: string): string => text.replaceAll(/[\u0000-\u001f]+/g, ' ').slice(0, 160)

interface Session {
  socket: Socket
  ask(words: readonly string[], signal: AbortSignal): Promise<Reply>
}

async function signIn(place: ApiPlace, settings: MikrotikSettings, signal: AbortSignal): Promise<Session> {
  const { username = '', password = '' } = settings
  const session = createSession(await openSocket(place, settings, signal), place, settings)
  try {
    const first = await session.ask(['/login', `=name=${username}`, `=password=${password}`], signal)
    const challenge = first.done['ret']
    // Before 6.43 the first sentence is answered by a challenge, whatever it holds.
    const reply =
      challenge === undefined
        ? first
        : await session.ask(
            ['/login', `=name=${username}`, `=response=${answerTo(challenge, password)}`],
            signal,
          )
    if (reply.trap !== undefined) {
      throw new AppError(
        wrongLogin.test(reply.trap) ? 'SOURCE_REJECTED_LOGIN' : 'SOURCE_ANSWER_INVALID',
        `${place.host} refused the login`,
        { hint: 'Check user and password, and that its group has the policies read and api.' },
      )
    }
    return session
  } catch (error) {
    session.socket.destroy()
    throw error
  }
}

/** `00`, then MD5 of a zero byte, the password and the challenge. */
function answerTo(challenge: string, password: string): string {
  const bytes = Buffer.from(/^[0-9a-f]*$/i.test(challenge) ? challenge : '', 'hex')
  const digest = createHash('md5')
    .update(Buffer.from([0]))
    .update(password)
    .update(bytes)
    .digest('hex')
  return `00${digest}`
}

function createSession(socket: Socket, place: ApiPlace, settings: MikrotikSettings): Session {
  const { timeoutSeconds } = settings
  const waiting = new Map<string, Waiting>()
  const read = createWordReader()
  let tags = 0
  let broken: AppError | undefined
  const fail = (error: AppError): void => {
    broken ??= error
    for (const each of waiting.values()) each.reject(error)
    waiting.clear()
    socket.destroy()
  }
  // Commands are small and each waits for its answer.
  socket.setNoDelay(true)
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const sentence of read(chunk)) take(sentence, waiting, place, fail)
    } catch (error) {
      if (!(error instanceof BrokenWords)) throw error
      fail(
        new AppError('SOURCE_ANSWER_INVALID', `${place.host}:${place.port} does not speak the RouterOS API`, {
          hint: 'Check the port, and whether it is encrypted: api:// or api-ssl://.',
        }),
      )
    }
  })
  const lost = (error: unknown): void => void connectionError(error, place, settings).then(fail)
  socket.on('error', lost)
  socket.on('close', () => lost(new Error('closed')))
  return {
    socket,
    async ask(words, signal) {
      signal.throwIfAborted()
      if (broken !== undefined) throw broken
      tags += 1
      const tag = String(tags)
      const limit = AbortSignal.timeout(timeoutSeconds * 1000)
      const both = AbortSignal.any([signal, limit])
      const late = (): void =>
        fail(
          new AppError(
            'SOURCE_TIMEOUT',
            `${place.host} did not answer ${words[0]} within ${timeoutSeconds} s`,
            {
              hint: 'If it is slow by nature, raise timeoutSeconds.',
            },
          ),
        )
      both.addEventListener('abort', late, { once: true })
      try {
        return await new Promise<Reply>((resolve, reject) => {
          waiting.set(tag, { reply: { rows: [], done: {} }, resolve, reject })
          socket.write(encodeSentence([...words, `.tag=${tag}`]))
        })
      } catch (error) {
        signal.throwIfAborted()
        throw error
      } finally {
        both.removeEventListener('abort', late)
      }
    },
  }
}

/** A sentence of the router, for the command whose tag it bears. */
function take(
  [first, ...words]: Sentence,
  waiting: Map<string, Waiting>,
  place: ApiPlace,
  fail: (error: AppError) => void,
): void {
  const row: Record<string, string> = {}
  let tag = ''
  for (const word of words) {
    const text = word.toString('latin1')
    const [, key, value] = /^=([^=]*)=([^]*)$/.exec(text) ?? []
    if (key !== undefined) row[key] = readBytes(value!)
    else if (text.startsWith('.tag=')) tag = text.slice('.tag='.length)
  }
  const type = first!.toString('latin1')
  if (type === '!fatal') {
    fail(
      new AppError('SOURCE_UNREACHABLE', `${place.host} ended the session`, {
        hint: 'Too many sessions at once, or a command that took longer than a minute.',
      }),
    )
    return
  }
  const command = waiting.get(tag)
  if (command === undefined) return
  if (type === '!re') {
    command.reply.rows.push(row)
    if (command.reply.rows.length > mostRows)
      fail(new AppError('SOURCE_ANSWER_INVALID', `${place.host} answered more than ${mostRows} rows`))
  } else if (type === '!trap') command.reply.trap ??= row['message'] ?? 'no reason given'
  else if (type === '!done') {
    waiting.delete(tag)
    command.resolve({ ...command.reply, done: row })
  }
}
