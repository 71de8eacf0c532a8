import type { Timestamp } from '#kernel/clock.ts'
import { parseIp } from '#model/ip-address.ts'
import { unescapeString, type StatementReader, type Word } from '#sources/isc-dhcp/lease-statements.ts'
import type { Lease } from '#sources/lease-table.ts'
import {
  bytesToHex,
  idToHex,
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
  | { is: 'lease'; draft: Draft; line: number }
  | { is: 'association'; key: string; drafts: Draft[]; line: number }

/** The statements of one lease as they are written: most are overridden by later ones before anybody needs them. */
export interface Draft {
  /** The address as written, with the length of a prefix. */
  subject: string
  isPrefix: boolean
  statements: (readonly Word[])[]
  /** Of the association it stands in. */
  duid?: string | undefined
  seenAt?: Timestamp | undefined
}

/** What a reader of declarations tells: each declaration, and what in the file is wrong and was left out. */
export interface DeclarationSink {
  declare(declaration: Declaration): void
  problem(line: number, why: string): void
}

/** No association has addresses by the thousand; beyond it the rest is left out. */
const mostAddresses = 1000

const mostStatements = 200

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
    const wanted = this.#depth === 0 ? this.#openOuter(kind, subject, line) : this.#openInner(kind, subject)
    if (wanted) this.#depth += 1
    return anew && wanted ? 'anew' : wanted ? 'wanted' : 'passed over'
  }

  #openOuter(kind: Word | undefined, subject: Word | undefined, line: number): boolean {
    if (kind === undefined || !outermost.test(kind.text)) return false
    if (kind.text !== 'lease') return this.#openAssociation(kind.text, subject)
    if (subject === undefined) this.#sink.problem(line, 'a lease without an address')
    else this.#draft = { subject: subject.text, isPrefix: false, statements: [] }
    return subject !== undefined
  }

  #openAssociation(kind: string, subject: Word | undefined): boolean {
    if (subject === undefined) return false
    const bytes = bytesOf(subject).slice(0, 4 + 255)
    this.#association = { key: `${kind} ${bytesToHex(bytes)}`, duid: bytesToHex(bytes.slice(4)), drafts: [] }
    return true
  }

  #openInner(kind: Word | undefined, subject: Word | undefined): boolean {
    if (this.#association === undefined || this.#draft !== undefined || subject === undefined) return false
    if (kind?.text !== 'iaaddr' && kind?.text !== 'iaprefix') return false
    this.#draft = { subject: subject.text, isPrefix: kind.text === 'iaprefix', statements: [] }
    return true
  }

  statement(words: readonly Word[], line: number): void {
    if (this.#draft === undefined) {
      if (this.#association && words[0]!.text === 'cltt') this.#association.seenAt = dateOf(words)
    } else if (this.#draft.statements.length < mostStatements) this.#draft.statements.push(words)
    else this.#sink.problem(line, `more than ${mostStatements} statements in one lease`)
  }

  close(line: number): void {
    this.#depth -= 1
    const draft = this.#draft
    const association = this.#association
    this.#draft = undefined
    if (association === undefined) {
      if (draft) this.#sink.declare({ is: 'lease', draft, line })
    } else if (this.#depth === 1) {
      if (draft) this.#addTo(association.drafts, draft, line)
    } else {
      this.#association = undefined
      const { key, duid, seenAt, drafts } = association
      for (const each of drafts) Object.assign(each, { duid: duid === '' ? undefined : duid, seenAt })
      this.#sink.declare({ is: 'association', key, drafts, line })
    }
  }

  #addTo(drafts: Draft[], draft: Draft, line: number): void {
    if (drafts.length < mostAddresses) drafts.push(draft)
    else this.#sink.problem(line, `more than ${mostAddresses} addresses in one association`)
  }
}

/** Without a state (servers before 3.0, OpenBSD) a lease is in force until its end. `now` as `2026/11/22 07:17:00`. */
export function isHeld(draft: Draft, now: string): boolean {
  let held = true
  for (const words of draft.statements) {
    const first = words[0]!.text
    if (first === 'binding') held &&= words[2]?.text === 'active'
    else if (first === 'abandoned') held = false
    else if (first === 'ends') held &&= !isOver(words, now)
  }
  return held
}

/** Dates are written so that their text sorts as they do; a date that is none ends nothing. */
function isOver(words: readonly Word[], now: string): boolean {
  const [, weekday, date, time] = words
  if (weekday?.text === 'epoch' || date?.text.length !== 10 || time?.text.length !== 8) {
    const end = dateOf(words)
    return end !== undefined && end <= `${now.replaceAll('/', '-').replace(' ', 'T')}.000Z`
  }
  return `${date.text} ${time.text}` <= now
}

/** What a draft says; undefined when its address is none. Nothing in it holds on to the text it was read from. */
export function toLease(draft: Draft): Lease | undefined {
  const address = parseIp(draft.subject)
  const length = Number(draft.subject.split('/')[1])
  if (address === undefined || (draft.isPrefix && !(length >= 0 && length <= 128))) return undefined
  const lease: Lease = { address, ...(draft.isPrefix ? { prefixLength: length } : {}) }
  if (draft.duid !== undefined) lease.duid = draft.duid
  if (draft.seenAt !== undefined) lease.seenAt = draft.seenAt
  for (const words of draft.statements) readStatement(lease, words)
  return lease
}

function readStatement(lease: Lease, words: readonly Word[]): void {
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
      readVariable(lease, words)
  }
}

/** `set name = "value"`. The name in DNS counts where the client gave none, which is written after it. */
function readVariable(lease: Lease, [, name, , value]: readonly Word[]): void {
  if (value === undefined) return
  if (name?.text === 'vendor-class-identifier') lease.vendorClass = cleanText(bytesOf(value))
  if (name?.text === 'ddns-fwd-name') lease.hostname ??= cleanHostname(bytesOf(value))
}

function readHardware(lease: Lease, kind: Word | undefined, digits: Word | undefined): void {
  if (kind === undefined || digits === undefined) return
  if (kind.text === 'ethernet') lease.mac = cardMac(digits.text)
  else if (parseHex(digits.text)) lease.hardware = cleanText(`${kind.text} ${parseHex(digits.text)}`)
}

const bytesOf = (word: Word): string => (word.quoted ? unescapeString(word.text) : word.text)

/** A client id: quoted bytes, or with `lease-id-format hex` bare pairs such as `1:2:0:5e`. */
const idOf = (word: Word | undefined): string | undefined =>
  word && (word.quoted ? idToHex(bytesOf(word)) : parseHex(word.text))

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
