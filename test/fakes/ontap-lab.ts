import { after, before, beforeEach } from 'node:test'
import { systemClock, type Clock } from '#kernel/clock.ts'
import { silentLog } from '#kernel/log.ts'
import { ontapSource } from '#sources/ontap/ontap.ts'
import type { Source } from '#sources/source.ts'
import { sampleCluster } from '#test/fakes/ontap-world.ts'
import { startFakeOntap, type FakeOntap } from '#test/fakes/ontap.ts'

/** Pauses between tries are not waited. */
const clock: Clock = { ...systemClock, sleep: async () => {} }

/** Opens a source with settings as people write them. */
export const openOntapWith = (settings: Record<string, unknown>): Source =>
  ontapSource.open(ontapSource.settings.parse(settings), { clock, log: silentLog, name: 'lab' })

/** One fake cluster for the tests of a file; each test begins with the sample cluster. */
export interface OntapLab {
  readonly fake: FakeOntap
  open(settings?: Record<string, unknown>): Source
}

export function ontapLab(): OntapLab {
  let fake: FakeOntap
  before(async () => {
    fake = await startFakeOntap(sampleCluster())
  })
  beforeEach(() => {
    Object.assign(fake, {
      world: sampleCluster(),
      requests: [],
      refused: 0,
      pageLimit: 10_000,
      emptyPages: false,
      absoluteLinks: false,
      repeatsLast: false,
      unknownFields: [],
      linkTo: (href: string) => href,
      interfere: () => undefined,
    })
  })
  after(() => fake.close())
  return {
    get fake() {
      return fake
    },
    open: (settings = {}) =>
      openOntapWith({
        url: fake.url,
        username: fake.username,
        password: fake.password,
        timeoutSeconds: 5,
        ...settings,
      }),
  }
}
