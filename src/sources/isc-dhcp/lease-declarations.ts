import type { Timestamp } from '#kernel/clock.ts'
import { parseIp } from '#model/ip-address.ts'
import { unescapeString, type StatementReader, type Word } from '#sources/isc-dhcp/lease-statements.ts'
import type { Lease } from '#sources/lease-table.ts'
import {
  bytesToHex,
  cardMac,
  cleanHostname,
  cleanText,
  epochTime,
  parseHex,
  slashTime,
} from '#sources/lease-text.ts'
import { readableId } from '#sources/relay-agent.ts'

/** One declaration of the file: what an address, or all addresses of one DHCPv6 association, now are. */
export type Declaration =
  | { is: 'lease'; lease: Lease; state: string; line: number }
  | { is: 'association'; key: string; leases: { lease: Lease; state: string }[]; line: number }

interface Draft {
  lease: Partial<Lease>
  state: string | undefined
  forwardName?: string | undefined
}

/** What a reader of declarations tells: each declaration, and what in the file is wrong and was left out. */
export interface DeclarationSink {
  declare(declaration: Declaration): void
  problem(line: number, why: string): void
}

/** No association has addresses by the thousand; beyond it the rest is left out. */
const mostAddresses = 1000

const outermost = /^(lease|ia-na|ia-ta|ia-pd)$/

/** Turns the statements of `lease`, `ia-na`, `ia-ta` and `ia-pd` blocks into declarations; other blocks are passed over. */
export class DeclarationReader implements StatementReader {
  readonly #sink: DeclarationSink
  #depth = 0
  #draft: Draft | undefined
  #association: { key: string; duid: string; seenAt?: Timestamp | undefined; drafts: Draft[] } | undefined

  constructor(sink: DeclarationSink) {
    this.#sink = sink
  }

  open(words: readonly Word[], line: number): 'wanted' | 'passed over' | 'anew' {
    const [kind, subject] = words
    const anew = this.#depth > 0 && kind !== undefined && !kind.quoted && outermost.test(kind.text)
    if (anew) {
      this.#sink.problem(line, 'the declaration before it has no end')
      this.#depth = 0
      this.#draft = this.#association = undefined
    }
    const wanted =
      this.#depth === 0 ? this.#openOuter(kind, subject, line) : this.#openInner(kind, subject, line)
    if (wanted) this.#depth += 1
    return anew && wanted ? 'anew' : wanted ? 'wanted' : 'passed over'
  }

  #openOuter(kind: Word | undefined, subject: Word | undefined, line: number): boolean {
    if (kind === undefined || !outermost.test(kind.text)) return false
    if (kind.text !== 'lease') return this.#openAssociation(kind.text, subject)
    const address = parseIp(subject?.text ?? '')
    if (address === undefined) this.#sink.problem(line, 'a lease without an address')
    else this.#draft = { lease: { address }, state: undefined }
    return address !== undefined
  }

  #openAssociation(kind: string, subject: Word | undefined): boolean {
    if (subject === undefined) return false
    const bytes = bytesOf(subject)
    this.#association = { key: `${kind} ${bytesToHex(bytes)}`, duid: bytesToHex(bytes.slice(4)), drafts: [] }
    return true
  }

  #openInner(kind: Word | undefined, subject: Word | undefined, line: number): boolean {
    if (this.#association === undefined || this.#draft !== undefined || subject === undefined) return false
    if (kind?.text !== 'iaaddr' && kind?.text !== 'iaprefix') return false
    const address = parseIp(subject.text)
    const length = Number(subject.text.split('/')[1])
    const isPrefix = kind.text === 'iaprefix'
    if (address === undefined || (isPrefix && !(length >= 0 && length <= 128))) {
      this.#sink.problem(line, `an ${kind.text} without an address`)
      return false
    }
    this.#draft = { lease: { address, ...(isPrefix ? { prefixLength: length } : {}) }, state: undefined }
    return true
  }

  statement(words: readonly Word[], _line: number): void {
    if (this.#draft) readStatement(this.#draft, words)
    else if (this.#association && words[0]!.text === 'cltt') this.#association.seenAt = dateOf(words)
  }

  close(line: number): void {
    this.#depth -= 1
    const draft = this.#draft
    const association = this.#association
    this.#draft = undefined
    if (association === undefined) {
      if (draft) this.#sink.declare({ is: 'lease', ...finished(draft), line })
    } else if (this.#depth === 1) {
      if (draft && association.drafts.length < mostAddresses) association.drafts.push(draft)
      else if (draft) this.#sink.problem(line, `more than ${mostAddresses} addresses in one association`)
    } else {
      this.#association = undefined
      this.#sink.declare({ is: 'association', key: association.key, leases: finishedAll(association), line })
    }
  }
}

/** Without a state (servers before 3.0, OpenBSD) a lease is in force until its end. */
function finished({ lease, state, forwardName }: Draft): { lease: Lease; state: string } {
  const hostname = lease.hostname ?? forwardName
  return { lease: { ...lease, hostname } as Lease, state: state ?? 'active' }
}

const finishedAll = ({
  duid,
  seenAt,
  drafts,
}: {
  duid: string
  seenAt?: string | undefined
  drafts: Draft[]
}) =>
  drafts.map((draft) => {
    const { lease, state } = finished(draft)
    return { lease: { ...lease, seenAt, ...(duid === '' ? {} : { duid }) }, state }
  })

function readStatement(draft: Draft, words: readonly Word[]): void {
  const { lease } = draft
  const [first, second, third] = words
  switch (first!.text) {
    case 'starts':
      lease.seenAt ??= dateOf(words)
      break
    case 'cltt':
      lease.seenAt = dateOf(words) ?? lease.seenAt
      break
    case 'ends':
      lease.expiresAt = second?.text === 'never' ? 'never' : dateOf(words)
      break
    case 'binding':
      draft.state = third?.text
      break
    case 'abandoned':
      draft.state = 'abandoned'
      break
    case 'hardware':
      readHardware(lease, second, third)
      break
    case 'uid':
      lease.clientId = idOf(second)
      break
    case 'client-hostname':
    case 'hostname':
      lease.hostname = second && cleanHostname(bytesOf(second))
      break
    case 'option':
      if (second?.text === 'agent.circuit-id') lease.circuitId = readable(third)
      if (second?.text === 'agent.remote-id') lease.remoteId = readable(third)
      break
    case 'set':
      readVariable(draft, words)
  }
}

/** `set name = "value"`. */
function readVariable(draft: Draft, [, name, , value]: readonly Word[]): void {
  if (value === undefined) return
  if (name?.text === 'vendor-class-identifier') draft.lease.vendorClass = cleanText(bytesOf(value))
  if (name?.text === 'ddns-fwd-name') draft.forwardName = cleanHostname(bytesOf(value))
}

function readHardware(lease: Partial<Lease>, kind: Word | undefined, digits: Word | undefined): void {
  if (kind === undefined || digits === undefined) return
  if (kind.text === 'ethernet') lease.mac = cardMac(digits.text)
  else if (parseHex(digits.text)) lease.hardware = cleanText(`${kind.text} ${parseHex(digits.text)}`)
}

const bytesOf = (word: Word): string => (word.quoted ? unescapeString(word.text) : word.text)

/** A client id: quoted bytes, or with `lease-id-format hex` bare pairs such as `1:2:0:5e`. */
const idOf = (word: Word | undefined): string | undefined =>
  word && ((word.quoted ? bytesToHex(bytesOf(word)) : parseHex(word.text)) || undefined)

/** Option 82: a text where it is one, else its bytes in hexadecimal. */
function readable(word: Word | undefined): string | undefined {
  if (word === undefined) return undefined
  if (!word.quoted) return parseHex(word.text) ?? cleanText(word.text)
  return readableId(bytesOf(word))
}

/** `starts 0 2026/11/22 07:17:00` (UTC, the weekday says nothing more) or `starts epoch 1795331831`. */
function dateOf([, weekday, date, time]: readonly Word[]): Timestamp | undefined {
  if (weekday === undefined || date === undefined) return undefined
  if (weekday.text !== 'epoch') return time && slashTime(date.text, time.text)
  const at = /^\d{1,15}$/.test(date.text) ? epochTime(Number(date.text)) : 'never'
  return at === 'never' ? undefined : at
}
