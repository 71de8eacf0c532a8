import assert from 'node:assert/strict'
import { after, before, beforeEach } from 'node:test'
import { systemClock, type Clock } from '#kernel/clock.ts'
import { AppError, type ErrorCode } from '#kernel/errors.ts'
import { silentLog } from '#kernel/log.ts'
import type { ReportedDevice } from '#model/record.ts'
import { proxmoxSource } from '#sources/proxmox/proxmox.ts'
import type { Source } from '#sources/source.ts'
import { sampleWorld, type FakeGuest } from '#test/fakes/proxmox-world.ts'
import { startFakeProxmox, type FakeProxmox, type Interference } from '#test/fakes/proxmox.ts'
import type { Reading } from '#test/source-contract.ts'

/** Pauses between tries are not waited. */
const clock: Clock = { ...systemClock, sleep: async () => {} }

/** Opens a Proxmox source with settings as people write them. */
export const openProxmox = (settings: Record<string, unknown>): Source =>
  proxmoxSource.open(proxmoxSource.settings.parse(settings), { clock, log: silentLog, name: 'lab' })

/** One fake cluster for the tests of a file; each test begins with the sample world. */
export interface ProxmoxLab {
  readonly fake: FakeProxmox
  open(settings?: Record<string, unknown>): Source
  /** A guest of the fake world, by its configured name. */
  guest(name: string): FakeGuest
}

export function proxmoxLab(): ProxmoxLab {
  let fake: FakeProxmox
  before(async () => {
    fake = await startFakeProxmox(sampleWorld())
  })
  beforeEach(() =>
    Object.assign(fake, {
      world: sampleWorld(),
      requests: [],
      interfere: () => undefined,
      numbersAsText: false,
    }),
  )
  after(() => fake.close())
  return {
    get fake() {
      return fake
    },
    open: (settings = {}) =>
      openProxmox({
        url: fake.url,
        token: fake.token,
        tls: { ca: fake.certificate },
        timeoutSeconds: 5,
        ...settings,
      }),
    guest: (name) =>
      fake.world.guests.find(({ config }) => config['name'] === name || config['hostname'] === name)!,
  }
}

/** A signal that never aborts. */
export const never = new AbortController().signal

export const devicesOf = (reading: Reading): ReportedDevice[] =>
  reading.records.filter((record) => record.kind === 'device')

export const named = (reading: Reading, name: string): ReportedDevice =>
  devicesOf(reading).find((device) => device.name === name)!

export const onPath = (matching: RegExp, interference: Interference) => (path: string) =>
  matching.test(path) ? interference : undefined

/** Why a reading is partial; fails when it is complete. */
export function reasonOf({ verdict }: Reading): string {
  assert.ok(!verdict.complete, 'the reading called itself complete')
  return verdict.reason
}

/** For assert.rejects: an error with this code that does not show the fake's token. */
export const failing =
  (code: ErrorCode) =>
  (error: unknown): true => {
    assert.ok(error instanceof AppError, String(error))
    assert.equal(error.code, code, error.message)
    assert.ok(!error.message.includes('5b1f6a52'), 'the token stands in the error')
    return true
  }
