import type { z } from 'zod'
import { counted } from '#sources/counted.ts'
import { listPage } from '#sources/ontap/answers.ts'
import { createOntapClient, type OntapClient } from '#sources/ontap/client.ts'
import {
  aggregateList,
  lifList,
  lunList,
  nodeList,
  portList,
  qtreeList,
  quotaList,
  volumeList,
} from '#sources/ontap/lists.ts'
import { readCluster } from '#sources/ontap/read-cluster.ts'
import { countList, type Wanted } from '#sources/ontap/reading.ts'
import type { OntapSettings } from '#sources/ontap/settings.ts'
import type { SourceCheck, SourceTest, SourceTools } from '#sources/source.ts'

interface Part {
  list: Pick<Wanted<z.ZodType>, 'path' | 'name' | 'fields' | 'query'>
  without: string
  isWanted: (settings: OntapSettings) => boolean
}

const always = () => true
const parts: readonly Part[] = [
  { list: nodeList, without: 'the nodes, with their serial numbers, are missing', isWanted: always },
  { list: aggregateList, without: 'pools and RAID levels are missing', isWanted: always },
  { list: volumeList, without: 'volumes are missing', isWanted: always },
  { list: lunList, without: 'LUNs are missing', isWanted: ({ luns }) => luns },
  { list: qtreeList, without: 'qtrees are missing', isWanted: ({ qtrees }) => qtrees },
  { list: quotaList, without: 'how full qtrees are is missing', isWanted: ({ qtrees }) => qtrees },
  { list: portList, without: 'MAC addresses of nodes are missing', isWanted: always },
  { list: lifList, without: 'addresses, and what volumes are mounted as, are missing', isWanted: always },
]

/** Asks for the first of everything that a reading needs. */
export async function tryOut(
  settings: OntapSettings,
  tools: SourceTools,
  signal: AbortSignal,
): Promise<SourceTest> {
  signal.throwIfAborted()
  const client = createOntapClient(settings, tools, signal)
  try {
    const cluster = await readCluster(client)
    const checks: SourceCheck[] = [
      {
        name: 'Sign in',
        result: 'ok',
        detail: `cluster ${cluster.name}, as ${settings.username ?? 'its certificate says'}`,
      },
    ]
    for (const part of parts.filter(({ isWanted }) => isWanted(settings)))
      checks.push(await check(client, settings, part))
    const wanting = checks.filter(({ result }) => result !== 'ok')
    const holds = checks
      .filter(({ name, result }) => result === 'ok' && /nodes|aggregates|volumes|LUNs|qtrees/.test(name))
      .map(({ detail }) => detail)
    return {
      message: `${cluster.version?.full?.split(':')[0] ?? 'ONTAP'}, cluster ${cluster.name}: ${holds.join(', ') || 'nothing that may be read'}.`,
      warnings: wanting.map(({ name, detail }) => `${name}: ${detail}`),
      checks,
    }
  } finally {
    await client.close()
  }
}

async function check(
  client: OntapClient,
  settings: OntapSettings,
  { list, without }: Part,
): Promise<SourceCheck> {
  const name = `Read ${list.name}`
  const { path, fields, query } = list
  let answer = await client.get(path, { fields, ...query, max_records: 1 })
  if (answer.is === 'unknownField') answer = await client.get(path, { fields: '*', ...query, max_records: 1 })
  if (answer.is === 'data') {
    if (!listPage.safeParse(answer.body).success)
      return { name, result: 'failed', detail: `${without}: the answer is not the cluster’s own` }
    const reading = { client, settings, gaps: [], warnings: [], missing: new Set<string>() }
    const total = await countList(reading, list)
    return {
      name,
      result: 'ok',
      detail:
        total === undefined
          ? `${list.name} are told`
          : counted(total, list.name.replace(/s$/, ''), list.name),
    }
  }
  if (answer.is === 'absent') return { name, result: 'ok', detail: `this release has no ${list.name}` }
  if (answer.is === 'forbidden')
    return {
      name,
      result: 'limited',
      detail: `${without} (${answer.reason})`,
      fix: `security login rest-role create -role rollcall -api /api${path} -access readonly`,
    }
  const reason = answer.is === 'failed' ? answer.reason : 'the release does not know a field'
  return { name, result: 'failed', detail: `${without} (${reason})` }
}
