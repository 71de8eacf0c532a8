import type { OpenDatabase } from '#database/open.ts'
import { toSecretKey } from '#features/access/key-file.ts'
import { createSecretBox } from '#features/access/secret-box.ts'
import type { AuditEntry, Context } from '#features/context.ts'
import { createEventBus } from '#kernel/event-bus.ts'
import type { Happening } from '#kernel/event-bus.ts'
import { silentLog } from '#kernel/log.ts'
import { JobId } from '#model/ids.ts'
import { systemActor } from '#model/actor.ts'
import type { Call } from '#features/operation.ts'
import type { Actor } from '#model/actor.ts'
import { testConfig } from '#test/test-config.ts'
import { TestClock } from '#test/test-clock.ts'

export interface TestContext extends Context {
  clock: TestClock
  /** Everything published so far. */
  happenings: Happening[]
  /** Everything audited so far. */
  audited: AuditEntry[]
}

/** Signs as the real one does, with a key that every test has. */
const keys = createSecretBox([toSecretKey(Buffer.alloc(32, 7))])

/** A context over a real database with a clock that stands still and ears for events and audit. */
export function testContext(opened: OpenDatabase, overrides: Partial<Context> = {}): TestContext {
  const events = createEventBus()
  const happenings: Happening[] = []
  const audited: AuditEntry[] = []
  events.subscribe((happening) => happenings.push(happening))
  return {
    db: opened.db,
    reports: opened.reports,
    engine: opened.engine,
    log: silentLog,
    events,
    config: testConfig(),
    secrets: {
      ...keys,
      seal: (plain) => `sealed:${plain}`,
      open: (sealed) => sealed.slice('sealed:'.length),
    },
    sourceTypes: new Map(),
    jobs: { submit: async () => JobId.parse(1), cancel: async () => false },
    metrics: {
      append: async () => {},
      latest: async () => new Map(),
      read: async () => ({ tier: 'raw', step: 60_000, times: [], series: {} }),
    },
    audit: async (entry) => void audited.push(entry),
    ...overrides,
    clock: new TestClock(),
    happenings,
    audited,
  }
}

/** The same context with somebody asking: the system itself where nobody is named. */
export const callBy = <C extends Context>(context: C, actor: Actor = systemActor('test')): C & Call => ({
  ...context,
  actor,
})
