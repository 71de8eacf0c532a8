import { createSocket, type Socket } from 'node:dgram'
import { decode, encode, type Question } from 'dns-packet'
import type { Clock } from '#kernel/clock.ts'
import { isIpv6, type IpAddress } from '#model/ip-address.ts'
import type { Link } from '#sources/local/links.ts'
import { cleanName, reverseName } from '#sources/scan/reverse-name.ts'

/** Multicast DNS as in RFC 6762. */
const group = '224.0.0.251'
const port = 5353

/** Questions that fit into one packet of any link. */
const questionsPerPacket = 20

/** Milliseconds: when the questions are repeated, and how long answers are waited for in all. */
const repeatAfter = 300
const waitInAll = 1200

function* queries(addresses: readonly IpAddress[]) {
  for (let from = 0; from < addresses.length; from += questionsPerPacket) {
    const questions = addresses
      .slice(from, from + questionsPerPacket)
      .map((address): Question => ({ type: 'PTR', class: 'IN', name: reverseName(address) }))
    yield encode({ type: 'query', id: 0, questions })
  }
}

/** The names an mDNS answer gives to reverse names; nothing for a packet that is none. */
export function readMdnsAnswer(message: Buffer): [reverse: string, name: string][] {
  try {
    const { type, answers = [], additionals = [] } = decode(message)
    if (type !== 'response') return []
    return [...answers, ...additionals].flatMap((answer): [string, string][] => {
      const name =
        answer.type === 'PTR' && typeof answer.data === 'string' ? cleanName(answer.data) : undefined
      return name === undefined ? [] : [[answer.name.toLowerCase(), name]]
    })
  } catch {
    return []
  }
}

const openOn = (address: IpAddress): Promise<Socket | undefined> =>
  new Promise((resolve) => {
    const socket = createSocket({
      type: 'udp4',
      lookup: (host, _options, callback) => callback(null, host, 4),
    })
    socket.on('error', () => resolve(undefined))
    socket.bind(0, address, () => {
      socket.setMulticastInterface(address)
      socket.setMulticastTTL(255)
      resolve(socket)
    })
  })

/** Sends every question to the link's group, and to each machine its own: some answer only one of the two. */
function ask(socket: Socket, addresses: readonly IpAddress[]): void {
  for (const query of queries(addresses)) socket.send(query, port, group, () => {})
  for (const address of addresses) {
    if (isIpv6(address)) continue
    for (const query of queries([address])) socket.send(query, port, address, () => {})
  }
}

/** The names machines on these links give themselves by multicast DNS; takes about a second whatever their number. */
export async function askMdns(
  addresses: readonly IpAddress[],
  links: readonly Link[],
  clock: Clock,
  signal: AbortSignal,
): Promise<Map<IpAddress, string>> {
  const names = new Map<IpAddress, string>()
  if (addresses.length === 0) return names
  const byReverse = new Map(addresses.map((address) => [reverseName(address), address]))
  const locals = links.flatMap(
    (link) => link.addresses.find(({ address }) => !isIpv6(address))?.address ?? [],
  )
  const sockets = (await Promise.all(locals.map(openOn))).filter((socket) => socket !== undefined)
  try {
    for (const socket of sockets) {
      socket.on('message', (message) => {
        for (const [reverse, name] of readMdnsAnswer(message)) {
          const address = byReverse.get(reverse)
          if (address !== undefined) names.set(address, name)
        }
      })
      ask(socket, addresses)
    }
    await clock.sleep(sockets.length === 0 ? 0 : repeatAfter, signal)
    const unnamed = addresses.filter((address) => !names.has(address))
    for (const socket of sockets) ask(socket, unnamed)
    await clock.sleep(sockets.length === 0 || unnamed.length === 0 ? 0 : waitInAll - repeatAfter, signal)
    signal.throwIfAborted()
    return names
  } finally {
    for (const socket of sockets) socket.close()
  }
}
