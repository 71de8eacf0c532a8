import assert from 'node:assert/strict'
import { after, before, beforeEach } from 'node:test'
import { systemClock, type Clock } from '#kernel/clock.ts'
import { AppError, type ErrorCode } from '#kernel/errors.ts'
import { silentLog } from '#kernel/log.ts'
import type { ReportedDevice, ReportedVolume } from '#model/record.ts'
import type { Source } from '#sources/source.ts'
import { vcenterSource } from '#sources/vcenter/vcenter.ts'
import { inventoryOf, sampleObjects } from '#test/fakes/vcenter-world.ts'
import { startFakeVcenter, type FakeVcenter } from '#test/fakes/vcenter.ts'
import type { FakeObject } from '#test/fakes/vim-xml.ts'
import type { Reading } from '#test/source-contract.ts'

/** Pauses between tries are not waited. */
const clock: Clock = { ...systemClock, sleep: async () => {} }

/** Opens a vCenter source with settings as people write them. */
export const openVcenter = (settings: Record<string, unknown>): Source =>
  vcenterSource.open(vcenterSource.settings.parse(settings), { clock, log: silentLog, name: 'lab' })

/** One fake vCenter for the tests of a file; each test begins with the sample inventory. */
export interface VcenterLab {
  readonly fake: FakeVcenter
  open(settings?: Record<string, unknown>): Source
  /** Changes the inventory; what is undefined is taken away. */
  change(id: string, properties: Record<string, string | undefined>): void
  /** The objects of the inventory, to be added to or taken from. */
  readonly objects: FakeObject[]
}

export function vcenterLab(): VcenterLab {
  let fake: Awaited<ReturnType<typeof startFakeVcenter>>
  let objects: FakeObject[] = []
  before(async () => {
    fake = await startFakeVcenter()
  })
  beforeEach(() => {
    fake.reset()
    objects = sampleObjects()
    fake.inventory = inventoryOf(objects)
  })
  after(() => fake.close())
  return {
    get fake() {
      return fake
    },
    get objects() {
      return objects
    },
    open: (settings = {}) =>
      openVcenter({
        url: fake.url,
        username: 'rollcall@vsphere.local',
        password: fake.password,
        tls: { ca: fake.certificate },
        timeoutSeconds: 5,
        ...settings,
      }),
    change(id, properties) {
      const { properties: all } = objects.find((object) => object.id === id)!
      for (const [path, value] of Object.entries(properties)) {
        if (value === undefined) delete all[path]
        else all[path] = value
      }
    },
  }
}

/** A signal that never aborts. */
export const never = new AbortController().signal

export const named = (reading: Reading, name: string): ReportedDevice =>
  reading.records.find((record) => record.kind === 'device' && record.name === name) as ReportedDevice

export const volume = (reading: Reading, name: string): ReportedVolume =>
  reading.records.find((record) => record.kind === 'volume' && record.name === name) as ReportedVolume

/** Why a reading is partial; fails when it is complete. */
export function reasonOf({ verdict }: Reading): string {
  assert.ok(!verdict.complete, 'the reading called itself complete')
  return verdict.reason
}

/** For assert.rejects: an error with this code that does not show the fake's password. */
export const failing =
  (code: ErrorCode, matching = /./) =>
  (error: unknown): true => {
    assert.ok(error instanceof AppError, String(error))
    assert.equal(error.code, code, error.message)
    assert.match(error.message, matching)
    assert.ok(!/battery/.test(error.message), 'the password stands in the error')
    return true
  }
