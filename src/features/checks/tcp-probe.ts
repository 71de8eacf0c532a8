import type { Socket } from 'node:net'
import { daysLeft, issuerOf } from '#features/checks/certificate-facts.ts'
import type { Probe } from '#features/checks/probe.ts'
import { addressesOf } from '#features/checks/reach.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import { openSocket } from '#sources/http-probe.ts'
import { TLSSocket } from 'node:tls'

const mostAnswer = 65_536

/** Whether something listens, and says what it should. */
export const tcpProbe: Probe<'tcp'> = async ({ target, settings, timeoutMs, reach, clock }, signal) => {
  const began = clock.monotonic()
  const { port, tls, trust, send, expect } = settings
  const resolve = (host: string) => addressesOf(reach, host)
  const socket = await openSocket({ host: target, port, tls, trust, timeoutMs, resolve }, signal)
  try {
    const latency = clock.monotonic() - began
    if (send !== undefined) socket.write(send)
    if (expect === undefined) return { result: 'up', message: `port ${port} is open`, latency }
    const isAnswered = await answers(socket, new RegExp(expect, 'u'), signal)
    return isAnswered
      ? { result: 'up', message: `port ${port} answers as expected`, latency }
      : { result: 'down', message: `port ${port} does not answer as expected`, latency }
  } finally {
    socket.destroy()
  }
}

/** Whether what comes matches, sooner or later; the signal ends the waiting. */
function answers(socket: Socket, expected: RegExp, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let heard = ''
    socket.on('data', (part: Buffer) => {
      heard = (heard + part.toString('latin1')).slice(0, mostAnswer)
      if (expected.test(heard)) resolve(true)
    })
    socket.once('error', reject)
    socket.once('close', () => resolve(false))
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}

/** Whether a server's certificate is trusted, for its name, and good for long enough. */
export const certificateProbe: Probe<'certificate'> = async (
  { target, settings, timeoutMs, reach, clock },
  signal,
) => {
  const began = clock.monotonic()
  const { port, trust, serverName, minDays } = settings
  const resolve = (host: string) => addressesOf(reach, host)
  const socket = await openSocket(
    { host: target, port, tls: true, trust, timeoutMs, resolve, serverName },
    signal,
  )
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
  socket.destroy()
  if (certificate === undefined) return { result: 'down', message: 'it shows no certificate' }
  const days = daysLeft(certificate, toMilliseconds(clock.now()))
  const message = `certificate of ${issuerOf(certificate)} for ${Math.floor(days)} days`
  return {
    result: days < minDays ? 'down' : 'up',
    message: days < minDays ? `its certificate expires in ${Math.floor(days)} days` : message,
    latency: clock.monotonic() - began,
    values: { certificate_days: days },
  }
}
