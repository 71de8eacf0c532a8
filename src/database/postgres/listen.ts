import pg from 'pg'
import { setTimeout as wait } from 'node:timers/promises'

const pauses = { first: 250, most: 10_000 }

/** Resolves after the first attempt to listen; a lost connection is made again until the signal aborts. */
export async function listenToPostgres(
  url: string,
  channel: string,
  signal: AbortSignal,
  onNotice: (payload: string | undefined) => void,
): Promise<void> {
  const first = await listen(url, channel, signal, onNotice)
  void keepListening(first)

  async function keepListening(connection: Connection | undefined): Promise<void> {
    let current = connection
    let pause = pauses.first
    while (!signal.aborted) {
      if (current) {
        pause = pauses.first
        await current.lost
      }
      await wait(pause, undefined, { signal, ref: false }).catch(() => {})
      if (signal.aborted) return
      pause = Math.min(pause * 2, pauses.most)
      current = await listen(url, channel, signal, onNotice)
      // What was said meanwhile was not heard.
      if (current) onNotice(undefined)
    }
  }
}

interface Connection {
  /** Resolves when the connection is gone. */
  lost: Promise<void>
}

async function listen(
  url: string,
  channel: string,
  signal: AbortSignal,
  onNotice: (payload: string | undefined) => void,
): Promise<Connection | undefined> {
  if (signal.aborted) return undefined
  const client = new pg.Client({
    connectionString: url,
    application_name: 'rollcall-changes',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  })
  const lost = Promise.withResolvers<void>()
  client.on('error', () => lost.resolve())
  client.on('end', () => lost.resolve())
  client.on('notification', ({ payload }) => onNotice(payload === '' ? undefined : payload))
  const stop = () => void client.end().catch(() => {})
  signal.addEventListener('abort', stop, { once: true })
  void lost.promise.then(() => signal.removeEventListener('abort', stop))
  try {
    await client.connect()
    await client.query(`listen ${channel}`)
    return { lost: lost.promise }
  } catch {
    lost.resolve()
    await client.end().catch(() => {})
    return undefined
  }
}
