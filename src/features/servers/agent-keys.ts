import { hashSecret } from '#features/access/secret-text.ts'
import type { Context } from '#features/context.ts'
import { findAgentByKey, forgetPreviousKey } from '#features/servers/agent-queries.ts'
import type { Agent } from '#features/servers/agent-queries.ts'
import { CloneWatch } from '#features/servers/clone-watch.ts'
import type { EventBus } from '#kernel/event-bus.ts'
import { AppError } from '#kernel/errors.ts'

type Part = Pick<Context, 'db' | 'events' | 'clock'>

export const agentKeyPrefix = 'ra_'

/** An agent that presented a key in force. */
export interface KnownAgent {
  agent: Agent
  clones: CloneWatch
}

/** Agents by the hash of their key as this process last saw them: most heartbeats ask no database who sends them. */
export class AgentKeys {
  readonly #part: Part
  readonly #byHash = new Map<string, KnownAgent>()
  readonly #clones = new Map<string, CloneWatch>()

  constructor(part: Part) {
    this.#part = part
    part.events.subscribe(({ topic, data }) => {
      if (topic === 'database.changed') this.#byHash.clear()
      else if (topic === 'agent.changed' || (topic === 'server.changed' && data['watch'] === undefined))
        this.#forget(String(data['id']))
    })
  }

  /** The agent of this key, at once when it is known; throws UNAUTHENTICATED for a key that is not in force. */
  find(key: string): KnownAgent | Promise<KnownAgent> {
    const hash = hashSecret(key)
    return this.#byHash.get(hash) ?? this.#load(hash)
  }

  async #load(hash: string): Promise<KnownAgent> {
    const agent = await findAgentByKey(this.#part.db, hash)
    if (agent === undefined) throw refused('The key of the agent is unknown: perhaps its server was removed')
    if (agent.revokedAt !== null)
      throw refused(`The key of the agent of ${agent.server} was revoked at ${agent.revokedAt}`)
    if (agent.previousKeyHash !== null && hash === agent.keyHash) {
      await forgetPreviousKey(this.#part.db, agent.id)
      this.#publish(agent.server)
    }
    const clones = this.#clones.get(agent.server) ?? new CloneWatch(agent)
    clones.learn(agent)
    this.#clones.set(agent.server, clones)
    const known = { agent, clones }
    this.#byHash.set(hash, known)
    return known
  }

  #publish(id: string): void {
    this.#part.events.publish({ topic: 'agent.changed', at: this.#part.clock.now(), data: { id } })
  }

  #forget(server: string): void {
    for (const [hash, { agent }] of this.#byHash) if (agent.server === server) this.#byHash.delete(hash)
  }
}

const refused = (message: string) =>
  new AppError('UNAUTHENTICATED', message, {
    hint: 'Invite it with `rollcall agent invite` and enrol it again: `rollcall-agent enrol --hub URL --token TOKEN`.',
  })

const byEvents = new WeakMap<EventBus, AgentKeys>()

export function agentKeys(part: Part): AgentKeys {
  let keys = byEvents.get(part.events)
  if (keys === undefined) {
    keys = new AgentKeys(part)
    byEvents.set(part.events, keys)
  }
  return keys
}
