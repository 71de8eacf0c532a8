import type { Newest } from '#features/context.ts'
import { findAgentOf } from '#features/servers/agent-queries.ts'
import type { Agent } from '#features/servers/agent-queries.ts'
import type { ServerDetail, ServerItem } from '#features/servers/server-shapes.ts'
import type { AgentShape } from '#features/servers/server-shapes.ts'
import { findDeviceLink, findServer } from '#features/servers/server-queries.ts'
import type { Asking, ServerRow } from '#features/servers/server-queries.ts'
import { tagsOf } from '#features/inventory/device-item-queries.ts'
import { toTimestamp } from '#kernel/clock.ts'
import { DeviceId } from '#model/ids.ts'
import { coreMetrics } from '#model/sample.ts'
import type { Told } from '#model/sample.ts'
import type { z } from 'zod'

const toldIn = (row: ServerRow): Told => (row.told === null ? {} : (JSON.parse(row.told) as Told))

/** The tags of the devices of servers, by device. */
export const deviceTags = ({ db, engine }: Pick<Asking, 'db' | 'engine'>, rows: readonly ServerRow[]) =>
  tagsOf(
    db,
    engine,
    rows.flatMap((row) => row.device_id ?? []),
  )

/** A server as listings show it, with the newest values of the metrics that every server has. */
export function toServerItem(
  row: ServerRow,
  newest: Newest | undefined,
  tags: ReadonlyMap<number, string[]>,
): ServerItem {
  const told = toldIn(row)
  return {
    id: row.id,
    name: row.display_name ?? row.hostname,
    hostname: row.hostname,
    displayName: row.display_name,
    ipAddress: row.ip_address,
    status: row.status as ServerItem['status'],
    condition: row.condition as ServerItem['condition'],
    statusSince: row.status_since,
    lastSeen: later(row.last_seen, newest?.received),
    machineType: row.machine_type as ServerItem['machineType'],
    tdpWatts: row.tdp_watts,
    intervalSeconds: row.interval_seconds,
    pausedAt: row.paused_at,
    osDistribution: row.os_distribution,
    osVersion: row.os_version,
    kernelVersion: row.kernel_version,
    architecture: row.architecture,
    agentVersion: row.agent_version,
    clockSkewMs: row.clock_skew_ms,
    device: deviceOf(row, tags),
    latest: newest === undefined ? null : { at: toTimestamp(newest.at), values: coreOf(newest.values) },
    told: {
      failedServices: (told.services ?? []).flatMap(({ name, status }) =>
        status === 'failed' ? [name] : [],
      ),
      services: told.services?.length ?? 0,
      containers: told.containers?.length ?? 0,
      updates: (told.updates as ServerItem['told']['updates'] | undefined) ?? null,
    },
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  }
}

function deviceOf(row: ServerRow, tags: ReadonlyMap<number, string[]>): ServerItem['device'] {
  if (row.device_id === null) return null
  return {
    id: DeviceId.parse(row.device_id),
    name: row.device_name ?? '',
    site: row.device_site,
    rack: row.device_rack,
    tags: tags.get(row.device_id) ?? [],
  }
}

/** The row says rarely when its server was last heard; the newest reading knows better. */
function later(written: string | null, received: number | undefined): string | null {
  const heard = received === undefined ? null : toTimestamp(received)
  return written === null || (heard !== null && heard > written) ? heard : written
}

function coreOf(values: Readonly<Record<string, number>>): Record<string, number> {
  const core: Record<string, number> = {}
  for (const metric of coreMetrics) if (values[metric] !== undefined) core[metric] = values[metric]
  return core
}

/** Everything that is known of a server. */
export async function showServer(call: Asking, id: string): Promise<ServerDetail> {
  const row = await findServer(call, id)
  const [agent, link, newest, tags] = await Promise.all([
    findAgentOf(call.db, id),
    findDeviceLink(call.db, id),
    call.metrics.latest([id]),
    deviceTags(call, [row]),
  ])
  const latest = newest.get(id)
  const told = toldIn(row)
  const item = toServerItem(row, latest, tags)
  return {
    ...item,
    latest: item.latest && { ...item.latest, values: { ...latest!.values } },
    services: [...((told.services ?? []) as ServerDetail['services'])],
    containers: [...((told.containers ?? []) as ServerDetail['containers'])],
    bootId: row.boot_id,
    agent: agent === undefined ? null : toAgentShape(agent),
    deviceLink:
      row.device_id === null
        ? null
        : { setBy: row.device_set_by, ...(row.device_set_by === null && link ? link : noLink) },
  }
}

const noLink = { score: null, decidedBy: null, evidence: null }

export const toAgentShape = (agent: Agent): z.infer<typeof AgentShape> => ({
  server: agent.server,
  keyPrefix: agent.keyPrefix,
  enrolledAt: agent.enrolledAt,
  rotatedAt: agent.rotatedAt,
  oldKeyWorks: agent.previousKeyHash !== null,
  revokedAt: agent.revokedAt,
  revokedBy: agent.revokedBy,
  clone: agent.clone,
})
