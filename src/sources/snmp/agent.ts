import type { Oid, SnmpValue } from '#sources/snmp/values.ts'

/** What a walk gave: values by the index behind the walked name. */
export interface Walk {
  rows: Map<string, SnmpValue>
  /** Why rows may be missing. */
  cut?: string | undefined
}

/**
 * One device that answers SNMP, live or recorded. Throws AppErrors with a SOURCE_ code; an object that the device does
 * not have is no error: it has no value.
 */
export interface Agent {
  get(oids: readonly Oid[], signal: AbortSignal): Promise<Map<Oid, SnmpValue>>
  /** Everything below a name, at most `limit` rows. */
  walk(root: Oid, limit: number, signal: AbortSignal): Promise<Walk>
  /** The same device as it answers for one VLAN (Cisco). */
  ofVlan(vlan: number): Agent
  close(): Promise<void>
}
