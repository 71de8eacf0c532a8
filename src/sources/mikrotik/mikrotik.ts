import { AppError } from '#kernel/errors.ts'
import type { ReportedDevice } from '#model/record.ts'
import { apiClient } from '#sources/mikrotik/api-client.ts'
import { readMenus, type Menu, type RouterAnswers } from '#sources/mikrotik/menus.ts'
import { recordedClient, recordingClient } from '#sources/mikrotik/recorded-client.ts'
import { restClient } from '#sources/mikrotik/rest-client.ts'
import type { RouterClient } from '#sources/mikrotik/router-client.ts'
import { factsOf, routerName, toRouter, volatileOf } from '#sources/mikrotik/router-mapping.ts'
import { durationSeconds } from '#sources/mikrotik/router-text.ts'
import { addSeen, toSwitchTables } from '#sources/mikrotik/seen-machines.ts'
import { apiPlace, mikrotikSettings, type MikrotikSettings } from '#sources/mikrotik/settings.ts'
import { nearestPorts } from '#sources/nearest-port.ts'
import { createSeenMachines } from '#sources/network-sightings.ts'
import {
  sourceType,
  type Page,
  type Source,
  type SourceCheck,
  type SourceTest,
  type SourceTools,
  type Verdict,
} from '#sources/source.ts'

const pageSize = 1000

/** After a restart tables fill up, and REST answers before they are full. In seconds. */
const grace = 60

function openClient(settings: MikrotikSettings, tools: SourceTools): RouterClient {
  const place = apiPlace(settings)
  if (place === undefined) return restClient(settings, tools)
  if (settings.replay !== undefined) return recordedClient(settings.replay)
  const client = apiClient(place, settings)
  return settings.record === undefined ? client : recordingClient(client, settings.record)
}

async function ask(
  settings: MikrotikSettings,
  tools: SourceTools,
  signal: AbortSignal,
): Promise<RouterAnswers> {
  signal.throwIfAborted()
  const client = openClient(settings, tools)
  try {
    const answers = await readMenus(client, signal)
    // Without its board it would be taken for another router.
    if (isFresh(answers) && answers.rows['system/routerboard'].length === 0)
      throw new AppError(
        'SOURCE_ANSWER_INVALID',
        'The router has only just started and does not know its board',
        {
          hint: 'It is read again at its next time.',
        },
      )
    return answers
  } finally {
    await client.close()
  }
}

const uptimeOf = ({ rows }: RouterAnswers): number | undefined =>
  durationSeconds(rows['system/resource'][0]?.['uptime'])

const isFresh = (answers: RouterAnswers): boolean => (uptimeOf(answers) ?? grace) < grace

const gapsOf = (answers: RouterAnswers): string[] =>
  isFresh(answers)
    ? [
        ...answers.gaps,
        `the router started ${Math.round(uptimeOf(answers)!)} seconds ago, and its tables may not be full yet`,
      ]
    : answers.gaps

async function* read(
  settings: MikrotikSettings,
  tools: SourceTools,
  signal: AbortSignal,
): AsyncGenerator<Page, Verdict> {
  const answers = await ask(settings, tools, signal)
  const now = tools.clock.now()
  const router: ReportedDevice = {
    ...toRouter(answers, new URL(settings.url).hostname.replace(/^\[|\]$/g, '')),
    // Its neighbours tell of themselves by and by.
    ...(isFresh(answers) ? { unread: ['relationships'] } : {}),
  }
  yield {
    records: [router],
    facts: [
      {
        deviceSourceId: router.sourceId,
        collectedAt: now,
        facts: factsOf(answers),
        volatile: volatileOf(answers.rows['system/resource'][0] ?? {}),
      },
    ],
  }
  const seen = createSeenMachines()
  addSeen(seen, answers, now)
  const tables = toSwitchTables(answers)
  const learned = new Set(tables.learned.map(({ mac }) => mac))
  const gaps = gapsOf(answers)
  const sightings = seen.sightings(
    nearestPorts([tables], settings.uplinkAddresses),
    (mac) => gaps.length > 0 || !learned.has(mac),
  )
  for (let start = 0; start < sightings.length; start += pageSize)
    yield { records: sightings.slice(start, start + pageSize) }
  return gaps.length === 0 ? { complete: true } : { complete: false, reason: gaps.join('; ') }
}

/** What is looked at in a connection test, and what it is good for. */
const looks: [name: string, menus: Menu[], what: string][] = [
  ['Read interfaces', ['interface'], 'interfaces'],
  ['Read addresses', ['ip/address', 'ipv6/address'], 'addresses'],
  ['Read DHCP leases', ['ip/dhcp-server/lease'], 'leases'],
  ['Read address tables (ARP)', ['ip/arp', 'ipv6/neighbor'], 'entries'],
  ['Read bridge tables', ['interface/bridge/host'], 'addresses on ports'],
  ['Read neighbours', ['ip/neighbor'], 'neighbours'],
  [
    'Read radio clients',
    [
      'interface/wifi/registration-table',
      'interface/wifiwave2/registration-table',
      'interface/wireless/registration-table',
      'caps-man/registration-table',
    ],
    'clients',
  ],
]

function checksOf({ rows, known, gaps }: RouterAnswers): SourceCheck[] {
  return looks.map(([name, menus, what]): SourceCheck => {
    const failed = gaps.find((gap) => menus.some((menu) => gap.startsWith(`${menu} `)))
    if (failed !== undefined)
      return { name, result: 'failed', detail: failed, fix: 'Give the group of this user the policy read.' }
    if (!menus.some((menu) => known.has(menu)))
      return { name, result: 'limited', detail: 'this release or its packages have none' }
    const count = menus.reduce((sum, menu) => sum + rows[menu].length, 0)
    return { name, result: 'ok', detail: `${count} ${what}` }
  })
}

async function tryOut(
  settings: MikrotikSettings,
  tools: SourceTools,
  signal: AbortSignal,
): Promise<SourceTest> {
  const answers = await ask(settings, tools, signal)
  const { rows } = answers
  const router = toRouter(answers, '')
  const isPlain = /^(http|api):/.test(settings.url)
  const gaps = gapsOf(answers).map((gap) => `${gap.charAt(0).toUpperCase()}${gap.slice(1)}.`)
  return {
    message: `${routerName(answers)}: ${router.os ?? 'RouterOS'} on ${router.model ?? 'an unknown board'}, ${rows.interface.length} interfaces.`,
    warnings: [
      ...(isPlain ? ['The password travels unencrypted: use https:// or api-ssl://.'] : []),
      ...gaps,
    ],
    checks: checksOf(answers),
  }
}

/** A MikroTik router or switch: itself, its leases, who is next to it, and who hangs on which of its ports. */
export const mikrotikSource = sourceType({
  type: 'mikrotik',
  system: 'mikrotik',
  title: 'MikroTik RouterOS',
  summary:
    'A RouterOS device: interfaces, DHCP leases, ARP, bridge hosts by port, neighbours and radio clients.',
  settings: mikrotikSettings,
  // Leases and tables of addresses forget by themselves.
  provesAbsence: false,
  open: (settings, tools): Source => ({
    test: (signal) => tryOut(settings, tools, signal),
    read: (signal) => read(settings, tools, signal),
  }),
})
