import type { Context } from '#features/context.ts'
import { forgetNodes, sayAlive, sayGoodbye, silenceOf } from '#features/jobs/node-queries.ts'
import type { NodeIdentity } from '#features/jobs/node-queries.ts'

/** What a node does about its own silence. */
export interface Pulse {
  /** Called once the first sign of life is written. */
  onAlive?(): void
  /** Called when none could be written for two thirds of the time after which others take this node for gone. */
  onSilent?(): void
}

/** Says that this process lives, until the signal aborts; then it says goodbye. */
export async function keepAlive(
  context: Context,
  node: NodeIdentity,
  signal: AbortSignal,
  { onAlive = () => {}, onSilent = () => {} }: Pulse = {},
): Promise<void> {
  const { clock, log } = context
  const silence = silenceOf(context)
  let heardAt = clock.monotonic()
  const watch = new AbortController()
  const watching = watchSilence()
  while (!signal.aborted) {
    const begun = clock.monotonic()
    try {
      await sayAlive(context, node)
      heardAt = begun
      onAlive()
    } catch (error) {
      log.warn({ err: error }, 'heartbeat failed')
    }
    await clock.sleep(silence / 3, signal)
  }
  watch.abort()
  await watching
  await forgetNodes(context).catch(() => undefined)
  await sayGoodbye(context, node.id).catch(() => undefined)

  async function watchSilence(): Promise<void> {
    // On SQLite others look at the process, not at its silence; and the file may well be held for a while.
    if (context.engine === 'sqlite') return
    let wasSilent = false
    while (!watch.signal.aborted) {
      await clock.sleep(silence / 15, watch.signal)
      const isSilent = clock.monotonic() - heardAt > (silence * 2) / 3
      if (isSilent && !wasSilent && !watch.signal.aborted) onSilent()
      wasSilent = isSilent
    }
  }
}
