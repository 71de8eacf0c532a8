import { createSocket } from 'node:dgram'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { compareOids, type Oid, type SnmpValue } from '#sources/snmp/values.ts'
import { parseWalk } from '#sources/snmp/walk-text.ts'

/** A device that answers SNMP version 2c on loopback, with the quirks of real ones on demand. */
export interface FakeDevice {
  port: number
  /** The text of a walk, by community; one that is not here is answered by silence. */
  worlds: Record<string, string>
  /** More rows than this in one question are too many. */
  mostRows?: number
  /** From this object on it gives the same rows again and again. */
  loopsAt?: Oid
  /** Questions below this object are answered by nothing. */
  silentBelow?: Oid
  /** Answers with these bytes instead. */
  garbage?: Buffer
  questions: number
}

/** Without a test of its own it lasts as long as the process, which it does not hold up. */
export async function startFakeDevice(
  t: TestContext | undefined,
  walk: string,
  community = 'fake-community',
) {
  const device: FakeDevice = { port: 0, worlds: { [community]: walk }, questions: 0 }
  const socket = createSocket('udp4')
  const parsed = new Map<string, Row[]>()
  const rowsOf = (text: string): Row[] => {
    const known = parsed.get(text)
    if (known !== undefined) return known
    const rows = parseWalk(text).rows.toSorted((left, right) => compareOids(left.oid, right.oid))
    parsed.set(text, rows)
    return rows
  }
  socket.on('message', (message, from) => {
    device.questions += 1
    const question = readQuestion(message)
    const text = device.worlds[question.community]
    if (text === undefined || question.oids.some((oid) => isBelow(device.silentBelow, oid))) return
    const answer = device.garbage ?? answerTo(question, rowsOf(text), device)
    socket.send(answer, from.port, from.address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  socket.unref()
  t?.after(() => socket.close())
  device.port = (socket.address() as AddressInfo).port
  return device
}

const isBelow = (root: Oid | undefined, oid: Oid): boolean =>
  root !== undefined && (oid === root || oid.startsWith(`${root}.`))

interface Row {
  oid: Oid
  value: SnmpValue
}

interface Question {
  community: string
  type: number
  id: Buffer
  repetitions: number
  oids: Oid[]
}

const bulk = 0xa5
const get = 0xa0

function answerTo(question: Question, rows: readonly Row[], device: FakeDevice): Buffer {
  const repetitions = question.type === bulk ? question.repetitions : 1
  if (repetitions > (device.mostRows ?? 1000)) return encode(question, 1, [])
  const found = question.oids.flatMap((oid): (Row | { oid: Oid; missing: number })[] => {
    if (question.type === get) return [rows.find((row) => row.oid === oid) ?? { oid, missing: 0x81 }]
    const start = isLoop(device, oid)
      ? rows.findIndex((row) => isBelow(device.loopsAt, row.oid))
      : rows.findIndex((row) => compareOids(row.oid, oid) > 0)
    const next = start < 0 ? [] : rows.slice(start, start + repetitions)
    return next.length > 0 ? next : [{ oid, missing: 0x82 }]
  })
  return encode(question, 0, found)
}

const isLoop = ({ loopsAt }: FakeDevice, oid: Oid): boolean => isBelow(loopsAt, oid) && oid !== loopsAt

/** Type, length, content of the Basic Encoding Rules. */
function readQuestion(message: Buffer): Question {
  const [whole] = readAll(message)
  const [, community, pdu] = readAll(whole!.content)
  const [id, , repetitions, list] = readAll(pdu!.content)
  const oids = readAll(list!.content).map(({ content }) => readOid(readAll(content)[0]!.content))
  return {
    community: community!.content.toString('latin1'),
    type: pdu!.type,
    id: id!.content,
    repetitions: repetitions!.content.readUIntBE(0, repetitions!.content.length),
    oids,
  }
}

function readAll(bytes: Buffer): { type: number; content: Buffer }[] {
  const all = []
  for (let at = 0; at < bytes.length;) {
    const type = bytes[at]!
    let length = bytes[at + 1]!
    at += 2
    if (length > 127) {
      const size = length & 127
      length = bytes.readUIntBE(at, size)
      at += size
    }
    all.push({ type, content: bytes.subarray(at, at + length) })
    at += length
  }
  return all
}

function readOid(bytes: Buffer): Oid {
  const parts: number[] = []
  let part = 0
  for (const byte of bytes) {
    part = part * 128 + (byte & 127)
    if (byte < 128) {
      parts.push(part)
      part = 0
    }
  }
  const first = Math.min(2, Math.floor(parts[0]! / 40))
  return [first, parts[0]! - first * 40, ...parts.slice(1)].join('.')
}

function encode(question: Question, status: number, rows: readonly (Row | { oid: Oid; missing: number })[]) {
  const list = rows.map((row) =>
    wrap(0x30, [writeOid(row.oid), 'missing' in row ? wrap(row.missing, []) : writeValue(row.value)]),
  )
  const pdu = wrap(0xa2, [wrap(2, [question.id]), writeInteger(status), writeInteger(0), wrap(0x30, list)])
  return wrap(0x30, [writeInteger(1), wrap(4, [Buffer.from(question.community, 'latin1')]), pdu])
}

function wrap(type: number, parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const head =
    length < 128
      ? [type, length]
      : length < 65_536
        ? [type, 0x82, length >> 8, length & 255]
        : [type, 0x83, length >> 16, (length >> 8) & 255, length & 255]
  return Buffer.concat([Buffer.from(head), content])
}

function writeInteger(number: number): Buffer {
  const bytes = Buffer.alloc(6)
  bytes.writeIntBE(Math.max(-(2 ** 47), Math.min(2 ** 47 - 1, number)), 0, 6)
  let start = 0
  while (start < 5 && bytes[start] === 0 && bytes[start + 1]! < 128) start += 1
  return wrap(2, [bytes.subarray(start)])
}

function writeOid(oid: Oid): Buffer {
  const [first = 0, second = 0, ...rest] = oid.split('.').map(Number)
  const bytes = [first * 40 + second, ...rest].flatMap((part) => {
    const digits = [part % 128]
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift((left % 128) + 128)
    return digits
  })
  return wrap(6, [Buffer.from(bytes)])
}

function writeValue(value: SnmpValue): Buffer {
  if (typeof value === 'number') return writeInteger(value)
  if (Buffer.isBuffer(value)) return wrap(4, [value])
  return 'oid' in value ? writeOid(value.oid) : wrap(0x40, [Buffer.from(value.ip.split('.').map(Number))])
}
