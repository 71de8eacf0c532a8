import type { Dialect } from '#dialects/dialect.ts'

/** What the comments around a configuration tell of the device: they hold what other commands printed. */
export interface DeviceHeader {
  serial?: string | undefined
  model?: string | undefined
  version?: string | undefined
  hostname?: string | undefined
}

type Field = keyof DeviceHeader

/** Patterns of each field in the order in which they are believed; the first group is the value. */
type Patterns = Partial<Record<Field, readonly RegExp[]>>

const ciscoInventory =
  /^[!:#]? *NAME: *"[^"\n]*(?:chassis|rack 0)[^"\n]*" *, *DESCR: *"[^"\n]*"\s*\n[!:#]? *PID: *(?:[^,\n]*?) *, *VID:[^,\n]*, *SN: *(\S+)/im
const anyInventory = /^[!:#]? *PID: *[^,\n]*, *VID:[^,\n]*, *SN: *(\S+)/m
const chassisModel =
  /^[!:#]? *NAME: *"[^"\n]*(?:chassis|rack 0)[^"\n]*" *, *DESCR: *"[^"\n]*"\s*\n[!:#]? *PID: *([^\s,]+)/im
const anyModel = /^[!:#]? *PID: *([^\s,]+) *, *VID:/m

const patterns: Partial<Record<Dialect, Patterns>> = {
  ios: {
    serial: [
      ciscoInventory,
      anyInventory,
      /^! Processor ID: (\S+)/m,
      /^! (?:Motherboard|System) [Ss]erial [Nn]umber *(?:is|:) *(\S+)/m,
    ],
    model: [/^! Chassis type: *(\S+)/m, chassisModel, anyModel],
    version: [
      /^! Image: Software: [^,\n]+, ([^,\s]+)/m,
      /^! Cisco IOS.*Software.*, Version ([^,\s]+)/m,
      /^version (\S+)$/m,
    ],
  },
  nxos: {
    serial: [ciscoInventory, anyInventory, /^! +Processor Board ID (\S+)/m],
    model: [chassisModel, anyModel],
    version: [/^! +(?:NXOS|system): +version (\S+)/m, /^version (\S+)/m],
    hostname: [/^! +Device name: (\S+)/m],
  },
  iosxr: {
    serial: [ciscoInventory, anyInventory],
    model: [chassisModel, anyModel],
    version: [/^!+ IOS XR Configuration (\S+)/m],
  },
  asa: {
    serial: [ciscoInventory, /^[!:] *Serial Number: *(\S+)/m],
    model: [chassisModel, /^[!:] *Hardware: *([^\s,]+)/m],
    version: [/^ASA Version (\S+)/m, /^[!:] .*Adaptive Security Appliance Software Version (\S+)/m],
  },
  eos: {
    serial: [/^! +HW Version +Serial Number.*\n! +[- ]+\n! +\S+ +(\S+)/m],
    model: [/^! device: \S+ \(([^,)\s]+)/m, /^! +Model +Description.*\n! +[- ]+\n! +(\S+)/m],
    version: [/^! device: \S+ \([^,)]+, EOS-([^)\s]+)\)/m],
  },
  aoscx: {
    version: [/^! Version +: *(\S+)/m],
    serial: [/^! .*Chassis Serial (?:Number|Nbr) *: *(\S+)/m],
    model: [/^! .*Product (?:Name|Number) *: *(\S+)/m],
  },
  junos: {
    serial: [/^# Chassis +(?:REV \S+ +\S+ +)?([A-Z0-9]{6,}) /m],
    model: [/^# Model: *(\S+)/m],
    version: [/^# Junos: *(\S+)/m, /^version "?([^\s";]+)"?;/m],
  },
  fortios: {
    serial: [/^# *Serial-Number: *(\S+)/m],
    model: [/^# *Model name: *(\S+)/m, /^# *Version: *(\S+) v/m],
    version: [/^# *Version: *\S+ v([^,\s]+)/m, /^#config-version=[A-Z0-9]+-([\d.]+)/m],
    hostname: [/^# *Hostname: *(\S+)/m],
  },
  routeros: {
    serial: [/^# serial number = (\S+)/m],
    model: [/^# model = (.+)$/m, /^# *board-name: *(.+)$/m],
    version: [/^# *version: *(\S+)/m, /^# .* by RouterOS (\S+)/m],
  },
  panos: {
    serial: [/^! *serial: *(\S+)/m],
    model: [/^! *model: *(\S+)/m],
    version: [/^! *sw-version: *(\S+)/m],
    hostname: [/^! *hostname: *(\S+)/m],
  },
  procurve: {
    serial: [/^! *Serial Number *: *(\S+)/m],
    model: [/^; (\S+) Configuration Editor/m],
    version: [/^; .*Created on release #([A-Z]{1,2}\.\S+)/m, /^! *Software revision *: *(\S+)/m],
  },
  comware: {
    serial: [/^# *DEVICE_SERIAL_NUMBER *: *(\S+)/m],
    model: [/^# *DEVICE_NAME *: *(.+)$/m],
    version: [/^ ?version (.+?) *$/m],
  },
  vrp: {
    version: [/^# *VRP \(R\) software, Version (\S+)/m, /^!Software Version (\S+)/m],
    model: [/^# *VRP \(R\) software, Version \S+ \((\S+)/m],
  },
}

/** Comments and version lines stand at both ends of a text; what lies between is not searched. */
const ends = 64_000

export function readDeviceHeader(text: string, dialect: Dialect): DeviceHeader {
  const searched = (
    text.length > 2 * ends ? `${text.slice(0, ends)}\n${text.slice(-ends)}` : text
  ).replaceAll('\r', '')
  const fields = Object.entries(patterns[dialect] ?? {}) as [Field, readonly RegExp[]][]
  const header: DeviceHeader = {}
  for (const [field, all] of fields) {
    for (const pattern of all) header[field] ??= pattern.exec(searched)?.[1]?.trim()
  }
  return header
}
