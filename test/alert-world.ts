import type { OpenDatabase } from '#database/open.ts'
import { createAlertsPart } from '#features/alerts/alerts-part.ts'
import type { Latest, Watch, WatchedCheck, WatchedServer } from '#features/monitoring/watch.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import type { FreshDatabase } from '#test/each-database.ts'
import { testContext, type TestContext } from '#test/test-context.ts'

interface Place {
  type?: string
  rack?: string
  site?: string
}

/** Servers and checks that a test moves by hand, watched by the real part over a real database. */
export class AlertWorld {
  readonly context: TestContext
  readonly servers = new Map<string, WatchedServer>()
  readonly checks = new Map<number, WatchedCheck>()
  readonly latest = new Map<string, Latest>()
  part = createAlertsPart()
  #signal = new AbortController()
  #watchedUntil: number | undefined

  constructor(opened: OpenDatabase) {
    this.context = testContext(opened)
  }

  get wall(): number {
    return toMilliseconds(this.context.clock.now())
  }

  async start(): Promise<this> {
    await this.context.db
      .insertInto('channels')
      .values({
        name: 'mail',
        kind: 'webhook',
        enabled: true,
        settings: '{}',
        templates: '{}',
        group_seconds: 0,
        max_per_hour: 60,
        created_at: this.context.clock.now(),
        updated_at: this.context.clock.now(),
      })
      .execute()
    await this.#begin()
    return this
  }

  async #begin(): Promise<void> {
    const watch: Watch = {
      context: this.context,
      head: {
        latest: (subject) => this.latest.get(subject),
        recent: () => ({ times: [], values: [] }),
        subjects: () => this.latest.keys(),
      },
      servers: this.servers,
      checks: this.checks,
      watchedUntil: this.#watchedUntil,
      lease: {
        mine: (work) => this.context.db.transaction().execute(work),
        renew: async () => true,
      },
    }
    await this.part.start?.(watch, this.#signal.signal)
    await this.part.tick?.(this.#signal.signal)
  }

  /** Ends this process and begins another, `seconds` later. */
  async restart(seconds = 0): Promise<void> {
    this.#watchedUntil = this.wall
    await this.part.stop?.()
    this.context.clock.advance(seconds * 1_000)
    this.part = createAlertsPart()
    await this.#begin()
  }

  server(id: string, more: Partial<WatchedServer> = {}): WatchedServer {
    const server: WatchedServer = {
      id,
      name: id,
      deviceId: null,
      machineType: 'server',
      status: 'online',
      condition: null,
      since: this.wall,
      interval: 60,
      isPaused: false,
      isInMaintenance: false,
      lastReceived: this.wall,
      told: {},
      ...more,
    }
    this.servers.set(id, server)
    return server
  }

  check(id: number, more: Partial<WatchedCheck> = {}): WatchedCheck {
    const check: WatchedCheck = {
      id,
      name: `check-${id}`,
      deviceId: null,
      state: 'up',
      since: this.wall,
      message: '',
      isPaused: false,
      ...more,
    }
    this.checks.set(id, check)
    return check
  }

  /** A server tells values. */
  tell(id: string, values: Record<string, number>): void {
    this.latest.set(id, { at: this.wall, received: this.wall, values })
    this.part.hear?.([{ subject: id, at: this.wall, received: this.wall, backfill: false, core: [] }], {
      replayed: false,
    })
  }

  lose(...ids: string[]): void {
    for (const id of ids) Object.assign(this.servers.get(id)!, { status: 'offline', condition: null })
  }

  miss(...ids: string[]): void {
    for (const id of ids) Object.assign(this.servers.get(id)!, { condition: 'stale' })
  }

  back(...ids: string[]): void {
    for (const id of ids) Object.assign(this.servers.get(id)!, { status: 'online', condition: null })
  }

  /** Lets so many seconds pass, a turn at every step. */
  async run(seconds: number, step = 5): Promise<void> {
    for (let passed = 0; passed < seconds; passed += step) {
      this.context.clock.advance(step * 1_000)
      await this.part.tick?.(this.#signal.signal)
    }
  }

  async device(name: string, more: Place = {}): Promise<number> {
    return (await this.#devices([name], more))[0]!
  }

  /** Servers with devices that hang on another. */
  async machines(names: readonly string[], parent: number, type: string, more: Place = {}): Promise<void> {
    const ids = await this.#devices(names, more)
    const now = this.context.clock.now()
    const ties = ids.map((child) => ({
      parent_device_id: parent,
      child_device_id: child,
      relationship_type: type,
      metadata: '{}',
      source_system: 'test',
      source_identifier: 'lab',
      created_at: now,
      updated_at: now,
    }))
    await this.context.db.insertInto('device_relationships').values(ties).execute()
    for (const [index, name] of names.entries()) this.server(name, { deviceId: ids[index]! })
  }

  async #devices(names: readonly string[], { type, rack, site }: Place): Promise<number[]> {
    const now = this.context.clock.now()
    const devices = names.map((name) => ({
      name,
      device_type: type ?? 'server',
      source_system: 'test',
      source_identifier: 'lab',
      source_id: name,
      status: 'active',
      metadata: '{}',
      first_seen: now,
      last_seen: now,
      created_at: now,
      updated_at: now,
      ip_sort: '',
      rack: rack ?? null,
      site: site ?? null,
      custom: '{}',
      name_sort: name,
      search_text: name,
      version: 1,
    }))
    const rows = await this.context.db.insertInto('devices').values(devices).returning('id').execute()
    return rows.map(({ id }) => id)
  }

  /** What was put into the outbox, as `kind: title`. */
  async told(): Promise<string[]> {
    const rows = await this.context.db.selectFrom('notices').select(['kind', 'title']).orderBy('id').execute()
    return rows.map(({ kind, title }) => `${kind}: ${title}`)
  }

  /** Alerts as `state severity title`, those that have a cause with a mark. */
  async alerts(): Promise<string[]> {
    const rows = await this.context.db
      .selectFrom('alerts')
      .select(['state', 'severity', 'title', 'suppressed_by'])
      .orderBy('id')
      .execute()
    return rows.map(
      ({ state, severity, title, suppressed_by }) =>
        `${state} ${severity} ${title}${suppressed_by === null ? '' : ` (${suppressed_by})`}`,
    )
  }

  async end(): Promise<void> {
    this.#signal.abort()
    await this.part.stop?.()
  }
}

/** A world for one test, on a fresh database; it ends with the test. */
export const worldOn =
  (fresh: FreshDatabase) =>
  async (work: (world: AlertWorld) => Promise<void>): Promise<void> => {
    const made = await new AlertWorld(await fresh()).start()
    try {
      await work(made)
    } finally {
      await made.end()
    }
  }
