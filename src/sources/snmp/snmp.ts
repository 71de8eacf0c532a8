import { AppError } from '#kernel/errors.ts'
import { mapBounded } from '#kernel/map-bounded.ts'
import type { ReportedDevice } from '#model/record.ts'
import { nearestPorts, type SwitchTables } from '#sources/nearest-port.ts'
import { createSeenMachines } from '#sources/network-sightings.ts'
import { toDevice } from '#sources/snmp/device-mapping.ts'
import { readDevice, type DeviceReading } from '#sources/snmp/device-reading.ts'
import { openAgent } from '#sources/snmp/open-agent.ts'
import { snmpSettings, targetsOf, type SnmpSettings, type Target } from '#sources/snmp/settings.ts'
import { addSeen, toSwitchTables } from '#sources/snmp/switch-tables.ts'
import { createTables } from '#sources/snmp/tables.ts'
import { tryOut } from '#sources/snmp/try-out.ts'
import { sourceType, type Page, type Source, type Verdict } from '#sources/source.ts'

/** Targets that are begun before the first of them is told. */
const batch = 32
const pageSize = 1000
const mostGaps = 10

type Outcome = { target: Target; reading: DeviceReading } | { target: Target; error: AppError }

async function readTarget(settings: SnmpSettings, target: Target, signal: AbortSignal): Promise<Outcome> {
  // Of a range most addresses are nobody's: they are not waited for as long.
  const retries = target.isNamed ? settings.retries : Math.min(settings.retries, 1)
  const agent = openAgent({ ...settings, retries }, target.name)
  try {
    const tables = createTables(agent, target.name, settings.maxRows, signal)
    return { target, reading: await readDevice(tables) }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof AppError)) throw error
    return { target, error }
  } finally {
    await agent.close()
  }
}

/** Devices told so far, each once: one that answers at several addresses is read at each, and told at the first. */
function createTold() {
  const switches = new Map<string, SwitchTables>()
  const warnings: string[] = []
  return {
    warnings,
    switches: () => [...switches.values()],
    /** The device under an id of its own, unless it was told before. */
    add(reading: DeviceReading): ReportedDevice | undefined {
      const device = toDevice(reading)
      const known = switches.get(device.sourceId)
      const tables = toSwitchTables(reading, device.sourceId)
      if (known === undefined) {
        switches.set(device.sourceId, tables)
        return device
      }
      if (known.ownMacs.length === 0 || known.ownMacs.some((mac) => tables.ownMacs.includes(mac)))
        return undefined
      // Two boxes of one serial: a copied number of the maker, or a spare part.
      const sourceId = `${device.sourceId}/${tables.ownMacs[0] ?? reading.target}`
      if (switches.has(sourceId)) return undefined
      warnings.push(`${known.name} and ${device.name} both call themselves ${device.sourceId}.`)
      switches.set(sourceId, { ...tables, sourceId })
      return { ...device, sourceId }
    },
  }
}

const few = (all: readonly string[]): string =>
  all.length > mostGaps
    ? `${all.slice(0, mostGaps).join('; ')}; and ${all.length - mostGaps} more`
    : all.join('; ')

async function* read(settings: SnmpSettings, signal: AbortSignal): AsyncGenerator<Page, Verdict> {
  signal.throwIfAborted()
  const targets = targetsOf(settings)
  const told = createTold()
  const seen = createSeenMachines()
  const gaps: string[] = []
  let failure: AppError | undefined
  let answered = 0
  for (let start = 0; start < targets.length; start += batch) {
    const outcomes = await mapBounded(targets.slice(start, start + batch), settings.parallel, (target) =>
      readTarget(settings, target, signal),
    )
    const records: ReportedDevice[] = []
    for (const outcome of outcomes) {
      if ('error' in outcome) {
        // Nobody needs to be at an address of a range.
        if (!outcome.target.isNamed && isSilence(outcome.error)) continue
        failure ??= outcome.error
        gaps.push(outcome.error.message)
        continue
      }
      answered += 1
      gaps.push(...outcome.reading.gaps)
      const device = told.add(outcome.reading)
      if (device !== undefined) records.push(device)
      addSeen(seen, outcome.reading)
    }
    if (records.length > 0) yield { records }
  }
  if (answered === 0) throw failure ?? nobody(targets.length)
  const switches = told.switches()
  const learned = new Set(switches.flatMap((each) => each.learned.map(({ mac }) => mac)))
  const isPart = failure !== undefined || switches.some(({ isCut }) => isCut)
  const sightings = seen.sightings(
    nearestPorts(switches, settings.uplinkAddresses),
    (mac) => isPart || !learned.has(mac),
  )
  for (let start = 0; start < sightings.length; start += pageSize)
    yield { records: sightings.slice(start, start + pageSize) }
  if (told.warnings.length > 0) yield { records: [], warnings: told.warnings }
  return gaps.length === 0 ? { complete: true } : { complete: false, reason: few(gaps) }
}

const isSilence = ({ code }: AppError): boolean =>
  code === 'SOURCE_TIMEOUT' || code === 'SOURCE_FILE_UNREADABLE'

const nobody = (count: number): AppError =>
  new AppError('SOURCE_TIMEOUT', `None of ${count} addresses answered SNMP`, {
    hint: 'Check the addresses, the community or user, and what filters UDP port 161 on the way.',
  })

/** Switches, routers and whatever else speaks SNMP, and who hangs on which of their ports. */
export const snmpSource = sourceType({
  type: 'snmp',
  system: 'snmp',
  title: 'SNMP',
  summary:
    'Switches, routers, access points, printers and servers over SNMP: interfaces, neighbours, ARP and MAC tables.',
  settings: snmpSettings,
  // A device that is silent is not gone, and tables of addresses forget by themselves.
  provesAbsence: false,
  open: (settings): Source => ({
    test: (signal) => tryOut(settings, signal),
    read: (signal) => read(settings, signal),
  }),
})
