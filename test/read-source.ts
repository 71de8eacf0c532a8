import { systemClock } from '#kernel/clock.ts'
import { silentLog } from '#kernel/log.ts'
import { localSource } from '#sources/local/local.ts'
import { scanSource } from '#sources/scan/scan.ts'
import { readAll } from '#test/source-contract.ts'

/** Reads `local` or `scan` once and prints what it said as JSON: for tests that need a process of their own to read in. */
const [, , type = '', text = '{}'] = process.argv
const tools = { clock: systemClock, log: silentLog, name: 'lab' }
const settings: unknown = JSON.parse(text)
const source =
  type === 'scan'
    ? scanSource.open(scanSource.settings.parse(settings), tools)
    : localSource.open(localSource.settings.parse(settings), tools)
const started = systemClock.monotonic()
const reading = await readAll(source)
process.stdout.write(JSON.stringify({ ...reading, seconds: (systemClock.monotonic() - started) / 1000 }))
