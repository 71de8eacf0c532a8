import { buildLab, labMissing, programMissing, type ScanLab } from '#test/scan-lab.ts'

/**
 * How long scans take and whether they miss anyone, in network namespaces of our own.
 * `node bench/scan.bench.ts [24|16|16-nmap|16-routed]...`; without names all of them. Prints missed machines first.
 */
interface Case {
  name: string
  range: string
  settings: object
  user: 'root' | 'nobody'
  /** Seconds it may take. */
  goal: number
  /** A program it cannot do without. */
  needs?: string
}

const cases: Case[] = [
  { name: '24', range: '10.77.7.0/24', settings: {}, user: 'nobody', goal: 5 },
  {
    name: '24-nmap',
    range: '10.77.7.0/24',
    settings: { method: 'nmap' },
    user: 'root',
    goal: 5,
    needs: 'nmap',
  },
  { name: '16-nmap', range: '10.77.0.0/16', settings: {}, user: 'root', goal: 60, needs: 'nmap' },
  { name: '16', range: '10.77.0.0/16', settings: {}, user: 'nobody', goal: 300 },
  { name: '16-routed', range: '10.99.0.0/16', settings: {}, user: 'nobody', goal: 300 },
]

const cards = 40
const aliases = 260

const hex = (byte: number) => byte.toString(16).padStart(2, '0')

/** 300 living addresses of 65,534: 40 cards and one machine with 260 addresses; five of the cards stand in one /24. */
function populate(lab: ScanLab): string[] {
  const crowd = new Map<string, string>()
  for (let index = 0; index < cards; index += 1) {
    const third = index < 5 ? 7 : index * 6
    crowd.set(`10.77.${third}.${((index * 37) % 250) + 2}`, `00:1b:21:00:00:${hex(index)}`)
  }
  lab.crowd(new Map([...crowd].map(([address, mac]) => [`${address}/16`, mac])))
  const many = Array.from(
    { length: aliases },
    (_, index) => `10.77.${(index * 97) % 256}.${((index * 31) % 150) + 100}`,
  )
  const distinct = [...new Set(many)].filter((address) => !crowd.has(address))
  lab.machine(
    'many',
    '00:1b:21:01:00:01',
    distinct.map((address) => `${address}/16`),
  )
  return [...crowd.keys(), ...distinct, '10.77.0.1']
}

/** A router with a network behind it: its machines answer, unused addresses are dropped in silence. */
function addRouted(lab: ScanLab): string[] {
  const behind = Array.from(
    { length: 100 },
    (_, index) => `10.99.${(index * 5) % 256}.${((index * 53) % 250) + 2}`,
  )
  const router = lab.machine('router', '00:1b:21:02:00:01', ['10.77.0.254/16'])
  for (const address of behind) lab.run(router, ['ip', 'address', 'add', `${address}/32`, 'dev', 'lo'])
  lab.run(router, ['ip', 'route', 'add', 'blackhole', '10.99.0.0/16'])
  lab.run(lab.scanner, ['ip', 'route', 'add', '10.99.0.0/16', 'via', '10.77.0.254'])
  return behind
}

const inRange = (range: string) => {
  const [base = '', length] = range.split('/')
  const octets = length === '24' ? 3 : 2
  const prefix = `${base.split('.').slice(0, octets).join('.')}.`
  return (address: string) => address.startsWith(prefix)
}

async function measure(lab: ScanLab, one: Case, living: readonly string[]): Promise<void> {
  const { records, seconds, verdict } = await lab.read(
    'scan',
    { ranges: [one.range], names: false, ...one.settings },
    one.user,
  )
  const seen = new Set(records.flatMap((record) => (record.kind === 'sighting' ? record.addresses : [])))
  const expected = living.filter(inRange(one.range))
  const missed = expected.filter((address) => !seen.has(address))
  const invented = [...seen].filter((address) => inRange(one.range)(address) && !expected.includes(address))
  const ratio = (seconds / one.goal).toFixed(2)
  const judgement =
    missed.length === 0 && invented.length === 0 && seconds <= one.goal ? 'ok' : 'MISSED THE GOAL'
  process.stdout.write(
    `${one.name.padEnd(10)} missed ${missed.length} of ${expected.length}, invented ${invented.length}, ` +
      `${seconds.toFixed(1)} s as ${one.user}, ${ratio} of the ${one.goal} s goal, ` +
      `${verdict.complete ? 'complete' : `partial: ${verdict.reason}`}: ${judgement}\n`,
  )
  if (judgement !== 'ok') process.exitCode = 1
}

const missing = labMissing()
if (missing !== undefined) {
  process.stdout.write(`scan bench skipped: ${missing}\n`)
} else {
  const wanted = process.argv.slice(2)
  const lab = buildLab(['10.77.0.1/16'])
  try {
    const living = [...populate(lab), '10.77.0.254', ...addRouted(lab)]
    for (const one of cases) {
      if (wanted.length > 0 && !wanted.includes(one.name)) continue
      const lacking = one.needs === undefined ? undefined : programMissing(one.needs)
      if (lacking === undefined) await measure(lab, one, living)
      else process.stdout.write(`${one.name.padEnd(10)} skipped: ${lacking}\n`)
    }
  } finally {
    lab.remove()
  }
}
