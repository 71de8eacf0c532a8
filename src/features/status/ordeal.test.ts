import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { onSqlite } from '#test/each-database.ts'
import { StatusWorld } from '#test/status-world.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import type { OpenDatabase } from '#database/open.ts'

/** What happens to the one who watches, or to many at once. */
type Trouble =
  | { kind: 'down' | 'stall' | 'no database' | 'quiet'; seconds: number }
  | { kind: 'clock' | 'agent clocks'; hours: number }
  | { kind: 'power cut'; seconds: number }
  | { kind: 'replay' }

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  fc.record({ kind: fc.constant('down' as const), seconds: fc.integer({ min: 6, max: 3_600 }) }),
  fc.record({ kind: fc.constant('stall' as const), seconds: fc.constantFrom(4, 30, 90, 600) }),
  fc.record({ kind: fc.constant('no database' as const), seconds: fc.integer({ min: 5, max: 400 }) }),
  fc.record({ kind: fc.constant('quiet' as const), seconds: fc.integer({ min: 1, max: 200 }) }),
  fc.record({
    kind: fc.constantFrom('clock' as const, 'agent clocks' as const),
    hours: fc.constantFrom(-1, 1),
  }),
  fc.record({ kind: fc.constant('power cut' as const), seconds: fc.integer({ min: 60, max: 900 }) }),
  fc.constant({ kind: 'replay' as const }),
)

const agent = fc.record({
  interval: fc.constantFrom(10, 60),
  phase: fc.integer({ min: 0, max: 59 }),
  /** Second at which it dies for good; most live on. */
  dies: fc.option(fc.integer({ min: 0, max: 1_500 }), { freq: 4, nil: undefined }),
})

/** An agent as ours is: it tries again what was not acknowledged, sends what waited, and keeps its phase. */
class Agent {
  readonly id: string
  readonly plan: { interval: number; phase: number; dies: number | undefined }
  /** When the last heartbeat was acknowledged, in true seconds. */
  acknowledged = -1
  heardAtAll = false
  diedAt: number | undefined
  #due: number
  #tryAt: number | undefined
  #waiting: number[] = []

  constructor(id: string, plan: Agent['plan']) {
    this.id = id
    this.plan = plan
    this.#due = plan.phase % plan.interval
  }

  /** One second of its life; `arrives` tells whether what it sends now is acknowledged. */
  second(now: number, arrives: () => boolean, send: (measured: number, isLate: boolean) => void): void {
    if (now >= this.#due) {
      this.#waiting.push(now)
      this.#due += this.plan.interval
      this.#tryAt = now
    }
    if (this.#tryAt === undefined || now < this.#tryAt) return
    if (!arrives()) {
      this.#tryAt = now + 4
      return
    }
    const newest = this.#waiting.at(-1)!
    for (const measured of this.#waiting) send(measured, measured !== newest)
    this.#waiting = []
    this.#tryAt = undefined
    this.acknowledged = now
    this.heardAtAll = true
  }
}

const missed = 2
const grace = 2

async function ordeal(opened: OpenDatabase, plans: Agent['plan'][], troubles: Trouble[], seed: number) {
  await sql`delete from servers`.execute(opened.db)
  await sql`delete from status_incidents`.execute(opened.db)
  const world = new StatusWorld(opened)
  const agents = plans.map((plan, at) => new Agent(`s${at}`, plan))
  for (const { id, plan } of agents) await world.addServers([id], { interval_seconds: plan.interval })
  await world.start()
  let now = 0
  let chance = seed
  let skew = 0
  /** Seconds in which nobody could be heard, and what everybody is given to be heard again. */
  const deaf: { at: number; given: number }[] = []
  let cutUntil = 0
  let isUp = true
  let wasSet = false

  // One in a hundred is lost on the way.
  function isLucky(): boolean {
    chance = (Math.imul(chance, 1_664_525) + 1_013_904_223) >>> 0
    return chance / 2 ** 32 >= 0.01
  }
  const isDead = ({ plan: { dies } }: Agent): boolean => dies !== undefined && now >= dies
  const send = (agentOf: Agent, measured: number, isLate: boolean): void =>
    world.log({
      subject: agentOf.id,
      at: toMilliseconds(world.clock.now()) - (now - measured) * 1_000 + skew,
      received: toMilliseconds(world.clock.now()),
      core: [],
      backfill: isLate,
    })

  function live(): void {
    if (now < cutUntil) return
    for (const each of agents)
      if (!isDead(each))
        each.second(
          now,
          () => isUp && world.isDatabaseThere && isLucky(),
          (measured, isLate) => send(each, measured, isLate),
        )
  }

  function check(): void {
    for (const each of agents) {
      const server = world.watch.servers.get(each.id)!
      const silent = now - each.acknowledged
      const rule = missed * each.plan.interval + grace
      const isCut = cutUntil > 0 && each.acknowledged < cutUntil
      // What was heard a moment ago is written with the next turn, and only where something can be written.
      if (server.status === 'offline' && silent > 1 && world.isDatabaseThere)
        assert.ok(
          isDead(each) || isCut,
          `${each.id} lives, was heard ${silent} s ago and is called offline at ${now}`,
        )
      if (!isDead(each) || !each.heardAtAll) continue
      const given = deaf.filter(({ at }) => at >= each.acknowledged).reduce((sum, gap) => sum + gap.given, 0)
      // Who went with many others is held for one more interval.
      const found = rule + 2 + given + each.plan.interval * (server.incident === undefined ? 0 : 1)
      if (silent <= found || !world.isDatabaseThere) continue
      const isKnownDeaf = server.status === 'unknown' && server.condition === 'stale'
      assert.ok(
        server.status === 'offline' || isKnownDeaf,
        `${each.id} is dead and silent for ${silent} s, rule ${found} s, and is called ${world.of(each.id)}`,
      )
    }
  }

  /** How long somebody was silent before a restart cannot be told where the time of day was set meanwhile. */
  const silence = (): number => (wasSet ? missed * 60 + grace : 0)

  async function pass(seconds: number): Promise<void> {
    for (let at = 0; at < seconds; at += 1) {
      world.clock.advance(1_000)
      now += 1
      // The turn comes first: what waits in the sockets is read after it.
      await world.turn().catch((error: unknown) => assert.equal(world.isDatabaseThere, false, String(error)))
      live()
      check()
    }
  }

  /** Time goes on for the agents, but nobody hears them. */
  function passDeaf(seconds: number): void {
    isUp = false
    for (let at = 0; at < seconds; at += 1) {
      world.clock.advance(1_000)
      now += 1
      live()
    }
    isUp = true
  }

  await pass(130)
  for (const each of troubles) {
    switch (each.kind) {
      case 'quiet':
        await pass(each.seconds)
        break
      case 'down': {
        world.kill()
        passDeaf(each.seconds)
        deaf.push({ at: now, given: each.seconds + 60 + 5 + grace + silence() })
        await world.start()
        break
      }
      case 'stall':
        passDeaf(each.seconds)
        deaf.push({ at: now, given: each.seconds * 2 })
        break
      case 'no database':
        world.isDatabaseThere = false
        await pass(each.seconds)
        world.isDatabaseThere = true
        deaf.push({ at: now + 10, given: each.seconds * 2 + 75 + silence() })
        break
      case 'clock':
        wasSet = true
        world.clock.step += each.hours * 3_600_000
        break
      case 'agent clocks':
        skew = each.hours * 3_600_000
        break
      case 'power cut':
        cutUntil = now + each.seconds
        break
      case 'replay':
        for (const one of agents) if (one.heardAtAll) world.log({ ...entryOf(one), backfill: true })
        break
    }
    await pass(30)
  }
  await pass(300)
  function entryOf({ id }: Agent) {
    return {
      subject: id,
      at: toMilliseconds(world.clock.now()) - 9e6,
      received: toMilliseconds(world.clock.now()),
      core: [],
    }
  }
  const living = agents.filter((each) => !isDead(each) && now > cutUntil + 130)
  for (const { id } of living) assert.match(world.of(id), /^online/, `${id} lives at ${now}`)
  world.kill()
}

onSqlite('the ordeal of status', (fresh) => {
  test('nobody alive is ever called offline, and everybody dead is found in time', async () => {
    const opened = await fresh()
    await fc.assert(
      fc.asyncProperty(
        fc.array(agent, { minLength: 1, maxLength: 12 }),
        fc.array(trouble, { minLength: 1, maxLength: 6 }),
        fc.nat(),
        (plans, troubles, seed) => ordeal(opened, plans, troubles, seed),
      ),
      { numRuns: 15 },
    )
  })
})
