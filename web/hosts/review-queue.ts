import { lastWords, type ReviewStep } from './review.ts'

type Send = (steps: readonly ReviewStep[]) => Promise<void>

/**
 * Tells the server one thing after the other, so that the last word about a host stays the last. What still waits when
 * the page goes is sent at once, each host once: nobody waits for an answer then.
 */
export function reviewQueue(send: Send, page: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>) {
  let waiting: (readonly ReviewStep[])[] = []
  let turn: Promise<unknown> = Promise.resolve()
  const flush = () => {
    const left = lastWords(waiting.flat())
    waiting = []
    for (const step of left) void send([step]).catch(() => {})
  }
  const ownTurn = async (steps: readonly ReviewStep[]) => {
    if (!waiting.includes(steps)) return
    waiting = waiting.filter((each) => each !== steps)
    if (waiting.length === 0) page.removeEventListener('pagehide', flush)
    await send(steps)
  }
  return {
    /** Resolves when the server has done it; rejects when it refused. */
    add(steps: readonly ReviewStep[]): Promise<void> {
      if (waiting.length === 0) page.addEventListener('pagehide', flush)
      waiting = [...waiting, steps]
      const own = turn.then(() => ownTurn(steps))
      turn = own.catch(() => {})
      return own
    },
  }
}
