import { setImmediate as turn } from 'node:timers/promises'
import type { ReportedDevice, ReportedRecord, ReportedSighting } from '#model/record.ts'
import type { Page, Source, Verdict } from '#sources/source.ts'

/** What a scripted source does next: gives a page, or fails. */
export type Scene = readonly ReportedRecord[] | Page | Error

/** A source that plays what it is given: pages in order, then the verdict. */
export const scriptedSource = (scenes: readonly Scene[], verdict: Verdict = { complete: true }): Source => ({
  test: async () => ({ message: 'ready', warnings: [] }),
  async *read(signal) {
    for (const scene of scenes) {
      await turn()
      signal.throwIfAborted()
      if (scene instanceof Error) throw scene
      yield Array.isArray(scene) ? { records: [...(scene as ReportedRecord[])] } : (scene as Page)
    }
    return verdict
  },
})

/** A machine as a source names it: `vm-7` with one card. */
export const machine = (number: number, changes: Partial<ReportedDevice> = {}): ReportedDevice => ({
  kind: 'device',
  sourceId: `vm-${number}`,
  name: `web-${String(number).padStart(2, '0')}`,
  deviceType: 'vm',
  status: 'active',
  interfaces: [{ name: 'eth0', mac: macOf(number), addresses: [`192.0.2.${number % 250}/24`] }],
  ...changes,
})

export const machines = (count: number, from = 1): ReportedDevice[] =>
  Array.from({ length: count }, (_, index) => machine(from + index))

/** A universally administered address. */
export const macOf = (number: number): string =>
  `00:1b:21:${[16, 8, 0].map((shift) => ((number >> shift) & 255).toString(16).padStart(2, '0')).join(':')}`

/** An address that somebody saw. */
export const sighting = (mac: string, changes: Partial<ReportedSighting> = {}): ReportedSighting => ({
  kind: 'sighting',
  sourceId: mac,
  mac,
  addresses: [],
  ...changes,
})
