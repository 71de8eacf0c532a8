import type { Config } from '#config.ts'
import type { Context } from '#features/context.ts'
import type { Watch, WatchPart } from '#features/monitoring/watch.ts'
import { createHttpClient } from '#sources/http-client.ts'

type DeadMan = NonNullable<Config['monitoring']['deadMan']>

/**
 * Asks for the configured address as long as this installation really works: somebody else notices when it stops. A
 * turn of the watch and a durable write come before each time, so a hub that hangs or cannot write is silent.
 */
export function deadManPart(): WatchPart {
  let watch: Watch | undefined
  let ended = new AbortController()
  let under: Promise<void> | undefined
  let askedAt = Number.NEGATIVE_INFINITY
  let wasWell = true

  return {
    name: 'dead man',
    async start(given) {
      watch = given
      ended = new AbortController()
      askedAt = Number.NEGATIVE_INFINITY
    },
    async tick() {
      if (watch === undefined || under !== undefined) return
      const { context, lease } = watch
      const { deadMan } = context.config.monitoring
      if (deadMan === undefined || context.clock.monotonic() - askedAt < deadMan.everySeconds * 1000) return
      if (!(await lease.renew())) return
      askedAt = context.clock.monotonic()
      under = ask(context, deadMan).finally(() => {
        under = undefined
      })
    },
    async stop() {
      ended.abort()
      await under
      watch = undefined
    },
  }

  async function ask({ clock, log }: Context, { url }: DeadMan): Promise<void> {
    const { origin, pathname, search } = new URL(url)
    const secrets = [`${pathname}${search}`, ...pathname.split('/')].filter((part) => part.length >= 6)
    const client = createHttpClient(
      { baseUrl: origin, timeoutMs: 10_000, maxBodyBytes: 65_536, cutsBody: true, secrets },
      { clock },
    )
    try {
      await client.text('GET', `${pathname}${search}`, {
        headers: { 'accept-encoding': 'identity' },
        signal: ended.signal,
      })
      if (!wasWell) log.info({}, 'the dead man switch is reached again')
      wasWell = true
    } catch (err) {
      if (ended.signal.aborted) return
      // Once, not at each time.
      if (wasWell) log.warn({ err }, 'the dead man switch is not reached')
      wasWell = false
    } finally {
      await client.close()
    }
  }
}
