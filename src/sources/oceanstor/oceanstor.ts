import { toArray } from '#sources/oceanstor/array-mapping.ts'
import {
  readHosts,
  readMirrored,
  readMounts,
  readParts,
  readPools,
  readSystem,
  readVstores,
} from '#sources/oceanstor/array-reading.ts'
import { openOceanstor, type OceanstorClient } from '#sources/oceanstor/client.ts'
import type { Reading } from '#sources/oceanstor/reading.ts'
import { oceanstorSettings, type OceanstorSettings } from '#sources/oceanstor/settings.ts'
import { tryOut } from '#sources/oceanstor/trial.ts'
import { toPool } from '#sources/oceanstor/volume-mapping.ts'
import { readVolumes } from '#sources/oceanstor/volume-reading.ts'
import { sourceType, type Page, type Source, type SourceTools, type Verdict } from '#sources/source.ts'

async function* readArray(reading: Reading): AsyncGenerator<Page, Verdict> {
  const { client, settings, gaps, warnings, missing } = reading
  const system = await readSystem(client)
  const vstores = await readVstores(reading)
  const pools = await readPools(reading)
  const { hosts, hostsOf } = await readHosts(reading, vstores)
  const parts = await readParts(reading, system, new URL(settings.url).hostname, hosts)
  yield { records: [toArray(parts, missing), ...pools.map((row) => toPool(row, { system }))] }
  const [mirrored, mountsOf] = [await readMirrored(reading), await readMounts(reading)]
  yield* readVolumes(reading, { system, pools, mirrored, hostsOf, mountsOf, missing }, vstores)
  yield { records: [], warnings: [...new Set(warnings)] }
  return gaps.length > 0 ? { complete: false, reason: [...new Set(gaps)].join('; ') } : { complete: true }
}

async function* read(
  settings: OceanstorSettings,
  tools: SourceTools,
  signal: AbortSignal,
): AsyncGenerator<Page, Verdict> {
  const client = await openOceanstor(settings, tools, signal)
  try {
    return yield* readArray({ client, settings, signal, gaps: [], warnings: [], missing: new Set() })
  } finally {
    await client.close()
  }
}

async function within<Result>(
  settings: OceanstorSettings,
  tools: SourceTools,
  signal: AbortSignal,
  work: (client: OceanstorClient) => Promise<Result>,
): Promise<Result> {
  const client = await openOceanstor(settings, tools, signal)
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}

/** Huawei OceanStor and Dorado: an array with its pools, LUNs, file systems and quota trees, read over DeviceManager. */
export const oceanstorSource = sourceType({
  type: 'oceanstor',
  system: 'dorado',
  title: 'Huawei OceanStor / Dorado',
  summary: 'A storage array: controllers, pools, LUNs, file systems and quota trees, and how full they are.',
  settings: oceanstorSettings,
  provesAbsence: true,
  open: (settings, tools): Source => ({
    test: (signal) => within(settings, tools, signal, (client) => tryOut(client, settings, signal)),
    read: (signal) => read(settings, tools, signal),
  }),
})
