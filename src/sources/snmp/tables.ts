import type { Agent } from '#sources/snmp/agent.ts'
import type { Oid, SnmpValue } from '#sources/snmp/values.ts'

/** Reads the columns of one device, and keeps account of what came incomplete. */
export interface Tables {
  readonly name: string
  scalars(oids: readonly Oid[]): Promise<Map<Oid, SnmpValue>>
  /** One column: values by the index of their row. */
  column(oid: Oid): Promise<Map<string, SnmpValue>>
  /** Several columns of one table, each under a name of ours. */
  table<Name extends string>(
    root: Oid,
    columns: Record<Name, number>,
  ): Promise<Map<string, Partial<Record<Name, SnmpValue>>>>
  /** The same device as it answers for one VLAN. */
  ofVlan(vlan: number): Tables
  /** Why a table may lack rows, for people. */
  readonly cuts: string[]
}

export function createTables(agent: Agent, name: string, maxRows: number, signal: AbortSignal): Tables {
  const cuts: string[] = []
  const over = (each: Agent): Tables => {
    const column = async (oid: Oid): Promise<Map<string, SnmpValue>> => {
      const { rows, cut } = await each.walk(oid, maxRows, signal)
      if (cut !== undefined) cuts.push(cut)
      return rows
    }
    return {
      name,
      cuts,
      scalars: (oids) => each.get(oids, signal),
      column,
      async table<Name extends string>(root: Oid, columns: Record<Name, number>) {
        const table = new Map<string, Partial<Record<Name, SnmpValue>>>()
        for (const [key, number] of Object.entries<number>(columns)) {
          for (const [index, value] of await column(`${root}.${number}`)) {
            const row = table.get(index)
            if (row === undefined) table.set(index, { [key]: value } as Partial<Record<Name, SnmpValue>>)
            else row[key as Name] = value
          }
        }
        return table
      },
      ofVlan: (vlan) => over(each.ofVlan(vlan)),
    }
  }
  return over(agent)
}
