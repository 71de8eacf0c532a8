import type { Config } from '#config.ts'
import { Draft } from '#features/ingest/draft.ts'
import type { Host } from '#features/ingest/find-hosts.ts'
import { hostNameOf, isLoopback, placeLabels } from '#features/ingest/host-name-of.ts'
import type { IntakeMemory, Target } from '#features/ingest/intake-memory.ts'
import type { Meaning } from '#features/ingest/meaning.ts'
import type { Labels } from '#features/ingest/sink.ts'
import { ownShare } from '#features/ingest/server-state.ts'
import { Tally } from '#features/ingest/tally.ts'
import { setCore } from '#features/ingest/work-out.ts'
import { seriesKey } from '#model/sample.ts'

/** What a batch is read with. */
export interface BatchParts {
  memory: IntakeMemory
  config: Pick<Config['monitoring'], 'ingest' | 'rawDays' | 'maxSeriesPerServer'>
  /** Series of one sender are not another's. */
  sender: string
  /** Milliseconds since 1970 by our clock. */
  now: number
  /** Milliseconds that never go back. */
  monotonic: number
  /** The machine that everything is of, whatever labels say. */
  host?: Host | undefined
}

const ahead = 600_000
const day = 86_400_000
const keyAtMost = 500
const ofOneJob = /^node_/

/** Sorts the samples of one message into readings of servers. */
export class Batch {
  readonly tally = new Tally()
  readonly parts: BatchParts
  /** Machines that have to be looked up first; then the message is read again. */
  readonly missing = new Set<Host>()
  /** A machine told its name, which others are waiting for; then the message is read again too. */
  hasNewName = false
  readonly #drafts = new Map<string, Map<number, Draft>>()
  readonly #targets: Map<string, Target>
  readonly #earliest: number
  readonly #latest: number
  #last: Draft | undefined

  constructor(parts: BatchParts) {
    this.parts = parts
    this.#targets = parts.memory.targets(`${parts.host?.name ?? ''}\0${parts.sender}`, parts.config.ingest)
    this.#earliest = parts.now - parts.config.rawDays * day
    this.#latest = parts.now + ahead
  }

  /** What a series means; known ones cost one look. */
  target(identity: string, read: () => { labels: Labels; meaning: Meaning }): Target {
    const { memory } = this.parts
    let target = this.#targets.get(identity)
    if (target === undefined) {
      const { labels, meaning } = read()
      target = this.#targetOf(labels, meaning)
      memory.remember(this.#targets, identity, target)
    }
    // A machine that was localhost may have told its own name meanwhile.
    if (target.loopback !== undefined) {
      const name = memory.ownNames.get(target.loopback)
      if (name !== undefined) target.host = memory.hosts.named(name)
    }
    if (target.host !== undefined && target.host.until < this.parts.monotonic) this.missing.add(target.host)
    return target
  }

  #targetOf(labels: Labels, meaning: Meaning): Target {
    const { memory, sender, host } = this.parts
    const rest = Object.entries(labels).filter(([label]) => !placeLabels.has(label))
    const name = labels['__name__'] ?? ''
    const kept = ofOneJob.test(name) ? rest.filter(([label]) => label !== 'job') : rest
    const key = seriesKey(name, Object.fromEntries(kept))
    if (host !== undefined) return { host, meaning, key, loopback: undefined }
    const hostName = hostNameOf(labels)
    if (hostName !== undefined && !isLoopback(hostName))
      return { host: memory.hosts.named(hostName), meaning, key, loopback: undefined }
    if (hostName === undefined) return { host: undefined, meaning, key, loopback: undefined }
    const loopback = `${sender}\0${labels['instance'] ?? hostName}`
    const ownName = meaning.is === 'fact' ? meaning.facts['hostname'] : undefined
    if (typeof ownName === 'string' && !memory.ownNames.has(loopback) && memory.ownNames.size < 1_000) {
      memory.ownNames.set(loopback, ownName)
      this.hasNewName = true
    }
    return { host: undefined, meaning, key, loopback }
  }

  /** Takes one sample, or says why not. */
  add(target: Target, at: number, value: number): void {
    const { tally } = this
    const { meaning, host } = target
    tally.samples += 1
    if (meaning.is === 'left out') return tally.leaveOut(meaning.why)
    if (host?.id === undefined)
      return tally.refuse(target.loopback === undefined ? 'no host' : 'only a loopback name', target.key)
    if (!Number.isFinite(value)) return tally.refuse('not a number', `${target.key} of ${host.name}`)
    if (!(at >= this.#earliest && at <= this.#latest)) {
      if (Number.isFinite(at)) this.#draft(host, at).isOutOfTime = true
      return tally.refuse('not a time', `${target.key} of ${host.name}`)
    }
    const draft = this.#draft(host, at)
    if (this.#put(draft, target, value)) draft.samples += 1
  }

  #put(draft: Draft, { meaning, key, host }: Target, value: number): boolean {
    if (meaning.is === 'unknown') {
      if (key.length > keyAtMost) this.tally.refuse('name too long', key)
      else if (!draft.state.admits(key, this.parts.now, ownShare * this.parts.config.maxSeriesPerServer))
        this.tally.refuse('too many series', `${key} of ${host!.name}`)
      else {
        draft.extra[key] = value
        this.tally.kept += 1
        return true
      }
      return false
    }
    if (value < 0 && (meaning.is === 'core' || meaning.is === 'part')) {
      this.tally.refuse('not a number', `${key} of ${host!.name}`)
      return false
    }
    draft.isOfMachine = true
    this.tally.mapped += 1
    switch (meaning.is) {
      case 'part':
        draft.setPart(meaning.group, meaning.part, value)
        break
      case 'core':
        setCore(draft, meaning.metric, value)
        break
      case 'extra':
        draft.extra[meaning.key] = value * meaning.factor
        break
      case 'service':
        // Of the states of a unit the one with 1 is its own.
        if (value === 1 || !meaning.isOneOf) draft.setPart('services', meaning.name, meaning.status)
        break
      case 'fact':
        draft.state.learn(meaning.facts)
        break
      case 'card':
        draft.state.learnCard(meaning.name, meaning.mac)
        break
      case 'left out':
    }
    return true
  }

  #draft(host: Host, at: number): Draft {
    const last = this.#last
    if (last?.host === host && last.at === at) return last
    const id = host.id!
    let ofServer = this.#drafts.get(id)
    if (ofServer === undefined) this.#drafts.set(id, (ofServer = new Map()))
    let draft = ofServer.get(at)
    if (draft === undefined) ofServer.set(at, (draft = new Draft(host, this.parts.memory.state(id), at)))
    this.#last = draft
    return draft
  }

  /** What was put together, each server's in the order of time. */
  *drafts(): Iterable<Draft> {
    for (const ofServer of this.#drafts.values())
      yield* ofServer.size === 1
        ? ofServer.values()
        : [...ofServer.values()].toSorted((one, other) => one.at - other.at)
  }
}
