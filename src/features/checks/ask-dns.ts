import { randomInt } from 'node:crypto'
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { isIPv6, type Socket } from 'node:net'
import { decode, encode, RECURSION_DESIRED } from 'dns-packet'
import type { IpAddress } from '#model/ip-address.ts'
import { openSocket } from '#sources/http-probe.ts'

export interface DnsQuestion {
  server: IpAddress
  port: number
  name: string
  type: string
  timeoutMs: number
}

export type DnsAnswer = ReturnType<typeof decode>

/** Asks one server over UDP, and over TCP where the answer is too long for it. An abort throws the signal's reason. */
export async function askDns(asked: DnsQuestion, signal: AbortSignal): Promise<DnsAnswer> {
  const id = randomInt(65_536)
  const questions = [{ type: asked.type, name: asked.name }]
  const query = encode({ type: 'query', id, flags: RECURSION_DESIRED, questions })
  const answer = await overUdp(asked, { id, query }, signal)
  return answer.flag_tc ? overTcp(asked, query, signal) : answer
}

async function overUdp(
  { server, port, timeoutMs }: DnsQuestion,
  { id, query }: { id: number; query: Buffer },
  signal: AbortSignal,
): Promise<DnsAnswer> {
  const socket = createSocket(isIPv6(server) ? 'udp6' : 'udp4')
  let again: NodeJS.Timeout | undefined
  try {
    return await untilAborted(signal, (resolve: (answer: DnsAnswer) => void, reject) => {
      socket.on('error', reject)
      socket.on('message', (message) => {
        const answer = readAnswer(message)
        if (answer?.type === 'response' && answer.id === id) resolve(answer)
      })
      sendOn(socket, query, server, port)
      // One packet may be lost.
      again = setTimeout(() => sendOn(socket, query, server, port), timeoutMs / 3)
    })
  } finally {
    clearTimeout(again)
    socket.close()
  }
}

/** A failure comes as an event of the socket. */
const sendOn = (socket: UdpSocket, query: Buffer, server: IpAddress, port: number): void =>
  socket.send(query, port, server, (error) => error && socket.emit('error', error))

async function overTcp(
  { server, port, timeoutMs }: DnsQuestion,
  query: Buffer,
  signal: AbortSignal,
): Promise<DnsAnswer> {
  const way = { resolve: async () => [server], trust: {}, timeoutMs }
  const socket: Socket = await openSocket({ ...way, host: server, port, tls: false }, signal)
  try {
    return await untilAborted(signal, (resolve: (answer: DnsAnswer) => void, reject) => {
      let heard = Buffer.alloc(0)
      socket.on('error', reject)
      socket.on('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })))
      socket.on('data', (part: Buffer) => {
        heard = Buffer.concat([heard, part])
        if (heard.length < 2 || heard.length < 2 + heard.readUInt16BE(0)) return
        const answer = readAnswer(heard.subarray(2, 2 + heard.readUInt16BE(0)))
        if (answer === undefined) reject(new Error('no answer'))
        else resolve(answer)
      })
      const length = Buffer.alloc(2)
      length.writeUInt16BE(query.length)
      socket.write(Buffer.concat([length, query]))
    })
  } finally {
    socket.destroy()
  }
}

/** A packet that is no answer is passed over. */
function readAnswer(message: Buffer): DnsAnswer | undefined {
  try {
    return decode(message)
  } catch {
    return undefined
  }
}

async function untilAborted<Result>(
  signal: AbortSignal,
  work: (resolve: (result: Result) => void, reject: (error: unknown) => void) => void,
): Promise<Result> {
  signal.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<Result>()
  const abort = (): void => reject(signal.reason as Error)
  signal.addEventListener('abort', abort, { once: true })
  try {
    work(resolve, reject)
    return await promise
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
