import { connect, type Socket } from 'node:net'
import type { IpAddress } from '#model/ip-address.ts'

/** What an attempt proves: `alive` (open or refused), `silent`, or `unable` when this machine itself had no room for it. */
type Answer = 'alive' | 'silent' | 'unable'

export interface TcpProbeResult {
  alive: Set<IpAddress>
  /** Addresses that could not be tried on every port: this machine ran out of sockets. */
  unasked: Set<IpAddress>
}

export interface TcpProbeOptions {
  ports: readonly number[]
  /** Milliseconds to wait for each answer. */
  timeout: number
  /** Connection attempts per second at most. */
  rate: number
  /** Connection attempts open at once. */
  sockets: number
  /** Addresses that need no more attempts, asked before each. */
  skip(address: IpAddress): boolean
}

/** Errors of this machine, not of the other one: out of files, ports or buffers. */
const ownTrouble = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM', 'EAGAIN'])

function answerOf(error: NodeJS.ErrnoException): Answer {
  if (error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET') return 'alive'
  return ownTrouble.has(error.code ?? '') ? 'unable' : 'silent'
}

/** One attempt; the signal and the time limit end it as `silent`. */
const knock = (address: IpAddress, port: number, timeout: number, open: Set<Socket>): Promise<Answer> =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port, autoSelectFamily: false })
    open.add(socket)
    const settle = (answer: Answer) => {
      clearTimeout(timer)
      open.delete(socket)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(settle, timeout, 'silent')
    socket.once('connect', () => settle('alive'))
    socket.once('error', (error) => settle(answerOf(error)))
    socket.once('close', () => settle('silent'))
  })

/** How often an attempt is repeated that this machine had no room for. */
const maximumTries = 5

/** Hands out turns so that no more than `rate` start in a second; ten milliseconds is the finest step. */
function paceOf(rate: number, signal: AbortSignal) {
  const started = performance.now()
  let given = 0
  return async () => {
    given += 1
    const due = started + (given * 1000) / rate
    const wait = due - performance.now()
    if (wait > 10) await new Promise((resolve) => setTimeout(resolve, wait))
    signal.throwIfAborted()
  }
}

/**
 * Which addresses answer a TCP connection attempt, open or refused, as any user may try. All ports of one address are
 * tried one after the other until one answers. A machine that drops every attempt stays unseen.
 */
export async function probeTcp(
  addresses: readonly IpAddress[],
  options: TcpProbeOptions,
  signal: AbortSignal,
): Promise<TcpProbeResult> {
  const alive = new Set<IpAddress>()
  const unasked = new Set<IpAddress>()
  const open = new Set<Socket>()
  const closeAll = () => {
    for (const socket of open) socket.destroy()
  }
  signal.addEventListener('abort', closeAll, { once: true })
  const turn = paceOf(options.rate, signal)
  const attempts = attemptsOf(
    addresses,
    options.ports,
    (address) => alive.has(address) || options.skip(address),
  )
  const worker = async () => {
    for (const { address, port } of attempts) {
      let answer: Answer = 'unable'
      for (let tries = 0; answer === 'unable' && tries < maximumTries; tries += 1) {
        await turn()
        answer = await knock(address, port, options.timeout, open)
      }
      if (answer === 'alive') alive.add(address)
      if (answer === 'unable') unasked.add(address)
    }
  }
  try {
    signal.throwIfAborted()
    await Promise.all(Array.from({ length: options.sockets }, worker))
    signal.throwIfAborted()
    return { alive, unasked: unasked.difference(alive) }
  } finally {
    signal.removeEventListener('abort', closeAll)
    closeAll()
  }
}

/** Port by port over all addresses, so that one machine is never knocked at in a burst; those that need none are spared. */
function* attemptsOf(
  addresses: readonly IpAddress[],
  ports: readonly number[],
  skip: (address: IpAddress) => boolean,
) {
  for (const port of ports) {
    for (const address of addresses) {
      if (!skip(address)) yield { address, port }
    }
  }
}
