import { z } from 'zod'
import type { CheckRow } from '#features/checks/check-queries.ts'
import { checkKinds, checkSettings, type CheckKind } from '#features/checks/check-settings.ts'
import { checkStates } from '#features/checks/check-state.ts'
import { shownSettings } from '#features/sync/source-settings.ts'
import type { JsonObject } from '#kernel/json.ts'

export const severities = ['info', 'warning', 'critical'] as const

/** A check without an agent. */
export const Check = z.object({
  id: z.number().int(),
  name: z.string(),
  kind: z.enum(checkKinds),
  parentId: z.number().int().nullable().describe('The check of many devices that it belongs to.'),
  device: z.object({ id: z.number().int(), name: z.string() }).nullable(),
  target: z
    .string()
    .nullable()
    .describe('An address, a name or a URL; null where it is the device’s address.'),
  q: z
    .string()
    .nullable()
    .describe('A query over devices, each of which has a check of its own below this one.'),
  settings: z.record(z.string(), z.json()),
  intervalSeconds: z.number().int(),
  timeoutMs: z.number().int(),
  retries: z.number().int(),
  severity: z.enum(severities),
  paused: z.boolean(),
  state: z.enum(checkStates),
  since: z.string(),
  message: z.string().describe('What was found when the state changed.'),
  createdBy: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  version: z.number().int(),
})
export type Check = z.infer<typeof Check>

export const toCheck = (row: CheckRow): Check => ({
  id: row.id,
  name: row.name,
  kind: row.kind as CheckKind,
  parentId: row.parent_id,
  device: row.device_id === null ? null : { id: row.device_id, name: row.device_name ?? '' },
  target: row.target,
  q: row.q,
  settings: shownSettings(
    { settings: checkSettings[row.kind as CheckKind] },
    JSON.parse(row.settings) as JsonObject,
  ),
  intervalSeconds: row.interval_seconds,
  timeoutMs: row.timeout_ms,
  retries: row.retries,
  severity: row.severity as Check['severity'],
  paused: row.paused_at !== null,
  state: row.state as Check['state'],
  since: row.state_since,
  message: row.message,
  createdBy: row.created_by,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  version: row.version,
})

/** A kind of check as whoever makes one sees it. */
export const CheckKindShape = z.object({
  kind: z.enum(checkKinds),
  settings: z
    .record(z.string(), z.json())
    .describe('JSON Schema of its settings; a secret has `secret: true`.'),
})

/** What one run found. */
export const Outcome = z.object({
  result: z.enum(['up', 'down', 'unable']).describe('unable: this machine could not ask.'),
  message: z.string(),
  latencyMs: z.number().nullable(),
  values: z.record(z.string(), z.number()),
})

export const checkFields = {
  name: z.string().trim().min(1).max(200),
  device: z
    .union([z.string().min(1).max(255), z.number().int().positive()])
    .nullable()
    .describe('A device, whose address is checked.'),
  target: z.string().trim().min(1).max(2_000).nullable().describe('An address, a name, or for http a URL.'),
  q: z
    .string()
    .trim()
    .min(1)
    .max(8_000)
    .nullable()
    .describe('A query over devices: a check of each of them.'),
  settings: z.record(z.string(), z.json()).describe('What its kind takes, as checkkind.list tells.'),
  intervalSeconds: z.number().int().min(5).max(86_400),
  timeoutMs: z.number().int().min(100).max(60_000),
  retries: z.number().int().min(0).max(100).describe('Failures before it counts as down, beside the first.'),
  severity: z.enum(severities),
}
