import type { Mac } from '#model/mac.ts'
import type { Tables } from '#sources/snmp/tables.ts'
import { toMac, toNumber, toOid, toText, type Oid, type SnmpValue } from '#sources/snmp/values.ts'

/** What a device says of itself as a whole. */
export interface SystemGroup {
  description?: string | undefined
  /** The maker's number for the kind of device. */
  objectId?: Oid | undefined
  uptimeSeconds?: number | undefined
  contact?: string | undefined
  name?: string | undefined
  location?: string | undefined
  /** Which layers of the network it serves: 2 bridges, 4 routes, 64 runs applications. */
  services?: number | undefined
  /** The id of its SNMP agent, in hexadecimal digits. */
  engineId?: string | undefined
  bridgeAddress?: Mac | undefined
  /** By what it calls itself towards its neighbours. */
  chassis?: { subtype: number; value: SnmpValue } | undefined
  memoryKb?: number | undefined
  printer?: { name?: string | undefined; serial?: string | undefined; model?: string | undefined } | undefined
  /** From tables of makers that do without the general one. */
  own: { serial?: string | undefined; model?: string | undefined; version?: string | undefined }
}

const oids = {
  description: '1.3.6.1.2.1.1.1.0',
  objectId: '1.3.6.1.2.1.1.2.0',
  uptime: '1.3.6.1.2.1.1.3.0',
  contact: '1.3.6.1.2.1.1.4.0',
  name: '1.3.6.1.2.1.1.5.0',
  location: '1.3.6.1.2.1.1.6.0',
  services: '1.3.6.1.2.1.1.7.0',
}

const more = {
  engineId: '1.3.6.1.6.3.10.2.1.1.0',
  bridgeAddress: '1.3.6.1.2.1.17.1.1.0',
  chassisSubtype: '1.0.8802.1.1.2.1.3.1.0',
  chassisId: '1.0.8802.1.1.2.1.3.2.0',
  memory: '1.3.6.1.2.1.25.2.2.0',
  printerName: '1.3.6.1.2.1.43.5.1.1.16.1',
  printerSerial: '1.3.6.1.2.1.43.5.1.1.17.1',
  hardwareDescription: '1.3.6.1.2.1.25.3.2.1.3.1',
}

/** Serial, model and version in the tables of makers: Synology, MikroTik, HP ProCurve, APC. */
const ofMakers = {
  synologyModel: '1.3.6.1.4.1.6574.1.5.1.0',
  synologySerial: '1.3.6.1.4.1.6574.1.5.2.0',
  synologyVersion: '1.3.6.1.4.1.6574.1.5.3.0',
  mikrotikSerial: '1.3.6.1.4.1.14988.1.1.7.3.0',
  mikrotikVersion: '1.3.6.1.4.1.14988.1.1.4.4.0',
  procurveSerial: '1.3.6.1.4.1.11.2.36.1.1.2.9.0',
  apcModel: '1.3.6.1.4.1.318.1.1.1.1.1.1.0',
  apcSerial: '1.3.6.1.4.1.318.1.1.1.1.2.3.0',
}

/** The first question to a device, which tells whether it answers at all. */
export async function readSystem(tables: Tables): Promise<SystemGroup> {
  const first = await tables.scalars(Object.values(oids))
  const second = await tables.scalars([...Object.values(more), ...Object.values(ofMakers)])
  const text = (oid: Oid): string | undefined => toText(second.get(oid))
  const subtype = toNumber(second.get(more.chassisSubtype))
  const chassisId = second.get(more.chassisId)
  const uptime = toNumber(first.get(oids.uptime))
  const engineId = second.get(more.engineId)
  const isPrinter = second.has(more.printerSerial) || second.has(more.printerName)
  return {
    description: toText(first.get(oids.description)),
    objectId: toOid(first.get(oids.objectId)),
    uptimeSeconds: uptime === undefined ? undefined : Math.floor(uptime / 100),
    contact: toText(first.get(oids.contact)),
    name: toText(first.get(oids.name)),
    location: toText(first.get(oids.location)),
    services: toNumber(first.get(oids.services)),
    engineId: Buffer.isBuffer(engineId) && engineId.length >= 5 ? engineId.toString('hex') : undefined,
    bridgeAddress: toMac(second.get(more.bridgeAddress)),
    chassis: subtype === undefined || chassisId === undefined ? undefined : { subtype, value: chassisId },
    memoryKb: toNumber(second.get(more.memory)),
    printer: isPrinter
      ? {
          name: text(more.printerName),
          serial: text(more.printerSerial),
          model: text(more.hardwareDescription),
        }
      : undefined,
    own: {
      serial:
        text(ofMakers.synologySerial) ??
        text(ofMakers.mikrotikSerial) ??
        text(ofMakers.procurveSerial) ??
        text(ofMakers.apcSerial),
      model: text(ofMakers.synologyModel) ?? text(ofMakers.apcModel),
      version: text(ofMakers.synologyVersion) ?? text(ofMakers.mikrotikVersion),
    },
  }
}
