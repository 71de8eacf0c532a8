import { readCiscoConfig } from '#dialects/cisco-config.ts'
import type { ConfigReading } from '#dialects/config-reading.ts'
import { readDeviceHeader } from '#dialects/device-header.ts'
import { systemOf, type Dialect } from '#dialects/dialect.ts'
import { readFortiosConfig } from '#dialects/fortios-config.ts'
import { readHuaweiConfig } from '#dialects/huawei-config.ts'
import { readJunosConfig } from '#dialects/junos-config.ts'
import { readPanosConfig } from '#dialects/panos-config.ts'
import { readProcurveConfig } from '#dialects/procurve-config.ts'
import { readRouterosConfig } from '#dialects/routeros-config.ts'

const readers: Readonly<Record<Dialect, (text: string, dialect: Dialect) => ConfigReading>> = {
  ios: readCiscoConfig,
  nxos: readCiscoConfig,
  iosxr: readCiscoConfig,
  eos: readCiscoConfig,
  asa: readCiscoConfig,
  aoscx: readCiscoConfig,
  junos: readJunosConfig,
  panos: readPanosConfig,
  fortios: readFortiosConfig,
  routeros: readRouterosConfig,
  procurve: readProcurveConfig,
  comware: readHuaweiConfig,
  vrp: readHuaweiConfig,
}

/** What a configuration tells of its device: its name, its interfaces with their addresses, its VLANs, what it is. */
export function readConfig(text: string, dialect: Dialect): ConfigReading {
  const unix = text.replaceAll('\r', '')
  const reading = readers[dialect](unix, dialect)
  const { serial, model, version, hostname } = readDeviceHeader(unix, dialect)
  return {
    ...reading,
    hostname: reading.hostname ?? hostname,
    serial,
    model,
    os: version === undefined ? systemOf(dialect) : `${systemName(unix, dialect)} ${version}`,
  }
}

/** IOS-XE calls itself so in what it prints, not in its configuration. */
const systemName = (text: string, dialect: Dialect): string =>
  dialect === 'ios' && /^! Cisco IOS[ -]XE Software/m.test(text) ? 'Cisco IOS XE' : systemOf(dialect)
