import type { Told } from '#model/sample.ts'

export interface ServerItem {
  id: string
  hostname: string
  displayName: string | null
  ipAddress: string | null
  status: 'online' | 'offline' | 'unknown'
  condition: string | null
  statusSince: string | null
  machineType: 'server' | 'workstation'
  osDistribution: string | null
  osVersion: string | null
  kernelVersion: string | null
  architecture: string | null
  agentVersion: string | null
  pausedAt: string | null
  lastSeen: string | null
  deviceId: number | null
  /** Newest values by metric name or series key; null before the first. */
  latest: { at: string; values: Readonly<Record<string, number>> } | null
}

export interface ServerDetail extends ServerItem {
  tdpWatts: number | null
  intervalSeconds: number | null
  clockSkewMs: number | null
  told: Told | null
  agent: ServerAgent | null
  version: number
}

export interface ServerAgent {
  id: number
  keyPrefix: string
  enrolledAt: string
  enrolledFrom: string | null
  rotatedAt: string | null
  revokedAt: string | null
  clone: Readonly<Record<string, unknown>> | null
}
