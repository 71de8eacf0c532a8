import { z } from 'zod'
import type { JsonObject } from '#kernel/json.ts'

const absent = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined)
/** What is only shown is left out where it has another shape than we know. */
const shown = absent(z.string()).catch(undefined)

/** Certificate names are lower case, and neither long nor odd. */
const certname = z.string().regex(/^[^\s\p{Cc}\p{Cf}\p{Cs}"]{1,255}$/u)

/** /nodes */
export const nodeRow = z.looseObject({
  certname,
  deactivated: absent(z.string()),
  expired: absent(z.string()),
  facts_timestamp: absent(z.string()),
  facts_environment: shown,
  report_timestamp: shown,
  catalog_timestamp: shown,
  latest_report_status: shown,
})
export type NodeRow = z.output<typeof nodeRow>

const group = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
)

/** /inventory: the facts keep the types that they were told with. */
export const inventoryRow = z.looseObject({
  certname,
  timestamp: shown,
  facts: group,
  trusted: absent(group).catch(undefined),
})
export type InventoryRow = z.output<typeof inventoryRow>

/** /factsets: `producer_timestamp` is when the facts were told, `timestamp` when they were stored. */
export const factsetRow = z.looseObject({ certname, producer_timestamp: shown })

export const version = z.looseObject({ version: z.string().min(1).max(100) })
