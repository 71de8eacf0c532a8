import { address } from '#test/fakes/vcenter-machines.ts'
import {
  boolean,
  fields,
  reference,
  references,
  string,
  typed,
  type FakeObject,
} from '#test/fakes/vim-xml.ts'

interface FakeHost {
  id: string
  name: string
  parent: [string, string]
  uuid: string
  serial: string
  index: number
  connectionState?: string
}

export function host({
  id,
  name,
  parent,
  uuid,
  serial,
  index,
  connectionState = 'connected',
}: FakeHost): FakeObject {
  const adapter = {
    device: 'vmk0',
    portgroup: 'Management Network',
    spec: {
      ip: {
        dhcp: false,
        ipAddress: `198.51.100.${index}`,
        subnetMask: '255.255.252.0',
        ipV6Config: { ipV6Address: [address(`2001:db8:1::${index}`, 64), address('fe80::1', 64)] },
      },
      mac: `00:1b:21:00:10:${index}`,
      mtu: 9000,
    },
  }
  const pnics = [
    {
      device: 'vmnic0',
      driver: 'ixgben',
      linkSpeed: { speedMb: 10_000, duplex: true },
      mac: `00:1b:21:00:10:${index}`,
    },
    { device: 'vmnic1', driver: 'ixgben', mac: `00:1b:21:00:11:${index}` },
  ]
  return {
    type: 'HostSystem',
    id,
    properties: {
      name: string(name),
      parent: reference(...parent),
      'summary.hardware': typed(
        'HostHardwareSummary',
        fields({
          vendor: 'Dell Inc.',
          model: 'PowerEdge R650 ',
          uuid,
          memorySize: 549_755_813_888,
          cpuModel: 'Intel(R) Xeon(R)  Gold 6338 CPU @ 2.00GHz',
          numCpuPkgs: 2,
          numCpuCores: 64,
          numCpuThreads: 128,
        }),
      ),
      'summary.config.product': typed(
        'AboutInfo',
        fields({ fullName: 'VMware ESXi 8.0.2 build-22380479', version: '8.0.2', build: '22380479' }),
      ),
      'summary.runtime.connectionState': typed('HostSystemConnectionState', connectionState),
      'summary.runtime.inMaintenanceMode': boolean(false),
      'summary.quickStats': typed(
        'HostListSummaryQuickStats',
        fields({ overallCpuUsage: 4000, overallMemoryUsage: 300_000, uptime: 864_000 }),
      ),
      'hardware.systemInfo': typed(
        'HostSystemInfo',
        fields({
          vendor: 'Dell Inc.',
          otherIdentifyingInfo: [
            { identifierValue: ' unknown', identifierType: { label: 'Asset Tag', key: 'AssetTag' } },
            { identifierValue: 'ENC0001', identifierType: { key: 'EnclosureSerialNumberTag' } },
            { identifierValue: serial, identifierType: { label: 'Service tag', key: 'ServiceTag' } },
          ],
        }),
      ),
      'hardware.biosInfo': typed('HostBIOSInfo', fields({ biosVersion: '1.12.1' })),
      'config.network.pnic': typed('ArrayOfPhysicalNic', fields({ PhysicalNic: pnics })),
      'config.network.vnic': typed('ArrayOfHostVirtualNic', fields({ HostVirtualNic: adapter })),
      'config.network.dnsConfig': typed(
        'HostDnsConfig',
        fields({
          dhcp: false,
          hostName: /^\d/.test(name) ? 'edge' : name.split('.')[0],
          domainName: 'example.net',
        }),
      ),
    },
  }
}

export const datastore = (
  id: string,
  name: string,
  summary: object,
  info: object,
  hosts: readonly string[],
  machines: readonly string[],
): FakeObject => ({
  type: 'Datastore',
  id,
  properties: {
    name: string(name),
    parent: reference('Folder', 'group-s5'),
    summary: typed(
      'DatastoreSummary',
      fields({ name, accessible: true, maintenanceMode: 'normal', ...summary }),
    ),
    info: typed(String((info as { $type?: string }).$type), fields({ ...info, $type: undefined })),
    host: typed(
      'ArrayOfDatastoreHostMount',
      fields({
        DatastoreHostMount: hosts.map((key) => ({
          key: `ref:HostSystem ${key}`,
          mountInfo: { accessMode: 'readWrite' },
        })),
      }),
    ),
    vm: references('VirtualMachine', machines),
  },
})
