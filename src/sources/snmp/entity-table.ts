import type { Tables } from '#sources/snmp/tables.ts'
import { toNumber, toText } from '#sources/snmp/values.ts'

/** A part of a device with a number of its maker: a chassis, a module, a power supply. */
export interface Part {
  name: string
  serial?: string | undefined
  model?: string | undefined
}

/** The hardware of a device. */
export interface Hardware {
  /** The boxes that it is made of: more than one in a stack. */
  chassis: Part[]
  /** Cards and power supplies that have a serial of their own. */
  parts: Part[]
  maker?: string | undefined
  firmware?: string | undefined
  software?: string | undefined
}

const entPhysical = '1.3.6.1.2.1.47.1.1.1.1'
const classes = { chassis: 3, powerSupply: 6, module: 9 }
/** Modules beyond these say nothing more of what the device is. */
const mostParts = 64

/** What agents write where they have no serial. */
const fillers = /^(0+|n\/?a|none|unknown|not (specified|available|set)|unspecified|x+|-+|123456789?0?)$/i

export function cleanSerial(text: string | undefined): string | undefined {
  const serial = text?.trim()
  return serial === undefined || serial === '' || fillers.test(serial) ? undefined : serial
}

/** The boxes and modules, in the order of the agent's numbers; empty where it keeps no such table. */
export async function readHardware(tables: Tables): Promise<Hardware> {
  const rows = await tables.table(entPhysical, {
    description: 2,
    within: 4,
    kind: 5,
    name: 7,
    firmware: 9,
    software: 10,
    serial: 11,
    maker: 12,
    model: 13,
  })
  const all = [...rows]
    .map(([index, row]) => ({
      index: Number(index),
      kind: toNumber(row.kind),
      within: toNumber(row.within),
      maker: toText(row.maker),
      firmware: toText(row.firmware),
      software: toText(row.software),
      part: {
        name: toText(row.name) ?? toText(row.description) ?? `part ${index}`,
        serial: cleanSerial(toText(row.serial)),
        model: toText(row.model),
      },
      description: toText(row.description),
    }))
    .toSorted((left, right) => left.index - right.index)
  const boxes = all.filter(({ kind }) => kind === classes.chassis)
  // Some agents call nothing a chassis; what is in nothing else is the device then.
  const roots = boxes.length > 0 ? boxes : all.filter(({ within, part }) => within === 0 && part.serial)
  return {
    chassis: roots.map(({ part, description }) => ({ ...part, model: part.model ?? description })),
    parts: all
      .filter(({ kind, part }) => (kind === classes.module || kind === classes.powerSupply) && part.serial)
      .slice(0, mostParts)
      .map(({ part }) => part),
    maker: roots.find((row) => row.maker)?.maker,
    firmware: all.find((row) => row.firmware)?.firmware,
    software: roots.find((row) => row.software)?.software ?? all.find((row) => row.software)?.software,
  }
}
