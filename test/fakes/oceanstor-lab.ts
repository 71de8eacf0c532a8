import { after, before, beforeEach } from 'node:test'
import { systemClock, type Clock } from '#kernel/clock.ts'
import { silentLog } from '#kernel/log.ts'
import type { ReportedDevice, ReportedVolume } from '#model/record.ts'
import { oceanstorSource } from '#sources/oceanstor/oceanstor.ts'
import type { Source } from '#sources/source.ts'
import { sampleArray } from '#test/fakes/oceanstor-world.ts'
import { startFakeOceanstor, type FakeOceanstor } from '#test/fakes/oceanstor.ts'
import type { Reading } from '#test/source-contract.ts'

/** Pauses between tries are not waited. */
const clock: Clock = { ...systemClock, sleep: async () => {} }

/** Opens a source with settings as people write them. */
export const openOceanstorWith = (settings: Record<string, unknown>): Source =>
  oceanstorSource.open(oceanstorSource.settings.parse(settings), { clock, log: silentLog, name: 'lab' })

/** One fake array for the tests of a file; each test begins with the sample array and no session. */
export interface OceanstorLab {
  readonly fake: FakeOceanstor
  open(settings?: Record<string, unknown>): Source
}

export function oceanstorLab(): OceanstorLab {
  let fake: FakeOceanstor
  before(async () => {
    fake = await startFakeOceanstor(sampleArray())
  })
  beforeEach(() => {
    fake.forgetSessions()
    Object.assign(fake, {
      array: sampleArray(),
      requests: [],
      logins: { good: 0, bad: 0 },
      accountState: 1,
      pageLimit: 100,
      endIsIncluded: false,
      interfere: () => undefined,
    })
  })
  after(() => fake.close())
  return {
    get fake() {
      return fake
    },
    open: (settings = {}) =>
      openOceanstorWith({
        url: fake.url,
        username: fake.username,
        password: fake.password,
        timeoutSeconds: 5,
        ...settings,
      }),
  }
}

export const arrayOf = (reading: Reading): ReportedDevice =>
  reading.records.find((record) => record.kind === 'device')!

export const volumesOf = (reading: Reading): ReportedVolume[] =>
  reading.records.filter((record) => record.kind === 'volume')

export const volumeNamed = (reading: Reading, name: string): ReportedVolume =>
  volumesOf(reading).find((volume) => volume.name === name)!
