import { createSocket, type Socket } from 'node:dgram'
import type { IpAddress } from '#model/ip-address.ts'

/** The discard port: the datagram is only sent so that the system has to resolve the address. */
const discardPort = 9

export interface Poker {
  /** Sends one small datagram, without waiting; what cannot be sent shows by its absence in the neighbour table. */
  poke(address: IpAddress, zone?: string): void
  close(): void
}

function openSocket(type: 'udp4' | 'udp6'): Socket {
  const family = type === 'udp4' ? 4 : 6
  const socket = createSocket({ type, lookup: (host, _options, callback) => callback(null, host, family) })
  socket.on('error', () => {})
  return socket.unref()
}

/**
 * The system holds every datagram to an unresolved address against the sending socket's buffer, which takes a few
 * hundred of them. So they are spread over sockets, in turns of this many, on as many sockets.
 */
const perSocket = 64
const socketsPerFamily = 32

/** Makes the system resolve addresses on the wire, as any user may: by sending them something. */
export function openPoker(): Poker {
  const pools = { 4: [] as Socket[], 6: [] as Socket[] }
  const payload = Buffer.from([0])
  let sent = 0
  const nextSocket = (family: 4 | 6): Socket => {
    const turn = Math.floor((sent += 1) / perSocket) % socketsPerFamily
    return (pools[family][turn] ??= openSocket(family === 4 ? 'udp4' : 'udp6'))
  }
  return {
    poke(address, zone) {
      const target = zone === undefined ? address : `${address}%${zone}`
      nextSocket(address.includes(':') ? 6 : 4).send(payload, discardPort, target, () => {})
    },
    close() {
      for (const socket of [...pools[4], ...pools[6]]) socket?.close()
    },
  }
}
