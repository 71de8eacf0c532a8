import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '#kernel/errors.ts'
import { learned, lines, openWalks, switchWalk } from '#test/fakes/snmp-world.ts'
import { seeded } from '#test/mutations.ts'
import { readAll, type Reading } from '#test/source-contract.ts'

const body =
  switchWalk('sw', 100, 3) +
  learned({ 1: 2, 2: 3 }) +
  lines('.1.0.8802.1.1.2.1.4.1.1.4', { '0.1.1': 4 }) +
  lines('.1.0.8802.1.1.2.1.4.1.1.5', { '0.1.1': { hex: '00 1B 21 00 00 32' } }) +
  lines('.1.0.8802.1.1.2.1.4.2.1.3', { '0.1.1.1.4.192.0.2.7': 2 }) +
  lines('4.22.1.2', { '101.192.0.2.9': { hex: '00 1B 21 00 00 09' } }) +
  lines('4.34.1.3', { '1.4.192.0.2.1': 101 }) +
  lines('47.1.1.1.1.5', { 1: 3 }) +
  lines('47.1.1.1.1.11', { 1: 'FOC1234A1AA' })
const recording = `# Rollcall SNMP recording\n${body}# end\n`

const hostile = [
  'INTEGER: -2147483648',
  'INTEGER: 99999999999999999999999',
  'STRING: "${jndi:x}\u202e\u0000<script>"',
  `STRING: "${'x'.repeat(70_000)}"`,
  'Hex-STRING: FF FE 00 C3 28 01 00 5E',
  'OID: .1.3.6.1.4.1.4294967295.0',
  'IpAddress: 999.1.1.1',
  '""',
  'NULL',
  'Wombat: 7',
]

type Spoil = (rows: string[], at: number, random: () => number) => string

const spoils: Record<string, Spoil> = {
  cut: (rows, at, random) => {
    const text = rows.join('\n')
    return text.slice(0, Math.floor(random() * text.length) * (at >= 0 ? 1 : 0))
  },
  doubled: (rows) => [...rows.slice(0, -1), ...rows].join('\n'),
  reordered: (rows, _at, random) =>
    [rows[0]!, ...rows.slice(1, -1).toSorted(() => random() - 0.5), rows.at(-1)!].join('\n'),
  'of another type': (rows, at, random) =>
    rows
      .with(
        at,
        rows[at]!.replace(/ = .*/, () => ` = ${hostile[Math.floor(random() * hostile.length)]!}`),
      )
      .join('\n'),
  'of a strange index': (rows, at) =>
    rows
      .with(
        at,
        rows[at]!.replace(/\.\d+ = /, () => '.4294967295.0.0.256.1.2.3.4.5 = '),
      )
      .join('\n'),
  'in hexadecimal': (rows, at) => rows.with(at, rows[at]!.replace(/STRING: "?/, 'Hex-STRING: ')).join('\n'),
}

const attempt = (reading: Promise<Reading>): Promise<Reading | AppError> =>
  reading.catch((error: unknown) => {
    assert.ok(error instanceof AppError, String((error as Error).stack))
    assert.match(error.code, /^SOURCE_/)
    return error
  })

for (const [name, spoil] of Object.entries(spoils)) {
  test(`a recording with answers ${name} reads on, or gives a clear error`, async (t) => {
    const random = seeded(20_261_126)
    const rows = recording.trimEnd().split('\n')
    for (let run = 0; run < 40; run += 1) {
      const at = 1 + Math.floor(random() * (rows.length - 2))
      const outcome = await attempt(readAll(openWalks(t, { sw: spoil(rows, at, random) })))
      if (outcome instanceof AppError) continue
      for (const record of outcome.records) {
        assert.ok(record.sourceId.length < 600, `run ${run}`)
        assert.ok(JSON.stringify(record).isWellFormed())
      }
      if (name === 'cut') assert.equal(outcome.verdict.complete, false, `run ${run}`)
    }
  })
}
