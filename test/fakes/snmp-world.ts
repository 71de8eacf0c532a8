import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { systemClock } from '#kernel/clock.ts'
import { silentLog } from '#kernel/log.ts'
import type { ReportedDevice, ReportedSighting } from '#model/record.ts'
import { snmpSource } from '#sources/snmp/snmp.ts'
import type { Source } from '#sources/source.ts'
import { readAll } from '#test/source-contract.ts'

const base = '.1.3.6.1.2.1'

type Value = number | string | { hex: string } | { ip: string } | { oid: string }

const print = (value: Value): string => {
  if (typeof value === 'number') return `INTEGER: ${value}`
  if (typeof value === 'string') return `STRING: "${value}"`
  return 'hex' in value
    ? `Hex-STRING: ${value.hex}`
    : 'ip' in value
      ? `IpAddress: ${value.ip}`
      : `OID: .${value.oid}`
}

/** Lines of a walk below an object of MIB-2 (or any other that begins with a dot), by index. */
export const lines = (root: string, rows: Record<string, Value>): string =>
  Object.entries(rows)
    .map(
      ([index, value]) => `${root.startsWith('.') ? root : `${base}.${root}`}.${index} = ${print(value)}\n`,
    )
    .join('')

/** `00 1B 21 00 00 07`, as walks print it. */
export const hexMac = (number: number): string => `00 1B 21 00 00 ${number.toString(16).padStart(2, '0')}`
export const macOf = (number: number): string => hexMac(number).toLowerCase().replaceAll(' ', ':')
/** The decimal octets of an index. */
export const macIndex = (number: number): string => `0.27.33.0.0.${number}`

/** A switch with numbered ports: `Gi1/0/1` is interface 101 and bridge port 1. */
export function switchWalk(name: string, number: number, ports = 4): string {
  const all = Array.from({ length: ports }, (_, index) => index + 1)
  const each = (value: (port: number) => Value, key = (port: number) => 100 + port) =>
    Object.fromEntries(all.map((port) => [key(port), value(port)]))
  return [
    lines('1', {
      '1.0': 'Acme switch',
      '2.0': { oid: '1.3.6.1.4.1.9.1.1208' },
      '3.0': 123_456,
      '5.0': name,
      '7.0': 6,
    }),
    lines(
      '2.2.1.2',
      each((port) => `GigabitEthernet1/0/${port}`),
    ),
    lines(
      '2.2.1.3',
      each(() => 6),
    ),
    lines(
      '2.2.1.6',
      each((port) => ({ hex: hexMac(number + port) })),
    ),
    lines(
      '2.2.1.8',
      each(() => 1),
    ),
    lines(
      '31.1.1.1.1',
      each((port) => `Gi1/0/${port}`),
    ),
    lines('17.1.1', { 0: { hex: hexMac(number) } }),
    lines(
      '17.1.4.1.2',
      each(
        (port) => 100 + port,
        (port) => port,
      ),
    ),
  ].join('')
}

/** Learned addresses: bridge port by number of the address. */
export const learned = (rows: Record<number, number>): string =>
  lines('17.4.3.1.2', Object.fromEntries(Object.entries(rows).map(([mac, port]) => [macIndex(+mac), port])))

/** A source over walks, by the name of their target. */
export function openWalks(t: TestContext, walks: Record<string, string>, settings: object = {}): Source {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-snmp-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [target, text] of Object.entries(walks)) writeFileSync(join(folder, `${target}.walk`), text)
  const targets = Object.keys(walks).filter((target) => !target.includes('@'))
  return openSnmp({ targets, replay: folder, ...settings })
}

export const openSnmp = (settings: object): Source =>
  snmpSource.open(snmpSource.settings.parse(settings) as never, {
    clock: systemClock,
    log: silentLog,
    name: 'net',
  })

/** What the reading of some walks gives, its devices and sightings apart. */
export async function readWalks(t: TestContext, walks: Record<string, string>, settings: object = {}) {
  const reading = await readAll(openWalks(t, walks, settings))
  const devices = reading.records.filter((record): record is ReportedDevice => record.kind === 'device')
  const sightings = reading.records.filter((record): record is ReportedSighting => record.kind === 'sighting')
  return {
    ...reading,
    devices,
    sightings,
    sightingOf: (number: number) => sightings.find(({ mac }) => mac === macOf(number)),
    reason: reading.verdict.complete ? undefined : reading.verdict.reason,
  }
}
