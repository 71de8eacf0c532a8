/** A host as Foreman keeps it. */
export interface FakeHost {
  id: number
  name: string
  row?: Record<string, unknown>
  interfaces?: Record<string, unknown>[]
  /** Flat, as Foreman keeps them: parents are null. */
  facts?: Record<string, string | null>
}

export interface FakeForemanWorld {
  hosts: FakeHost[]
  subnets: Record<string, unknown>[]
  computeResources: Record<string, unknown>[]
  /** Rights that the user has. */
  permissions: Set<string>
}

/** A virtual machine on VMware, bare metal with a service processor, a host that only its facts made, and one of libvirt. */
export const sampleForeman = (): FakeForemanWorld => ({
  permissions: new Set(['view_hosts', 'view_facts', 'view_subnets', 'view_compute_resources']),
  subnets: [
    { id: 1, name: 'servers', network_type: 'IPv4', cidr: 24 },
    { id: 2, name: 'servers6', network_type: 'IPv6', cidr: 64 },
  ],
  computeResources: [
    { id: 1, name: 'vcenter', provider: 'Vmware' },
    { id: 2, name: 'kvm', provider: 'Libvirt' },
  ],
  hosts: [
    {
      id: 6,
      name: 'app-01.example.net',
      row: {
        ip: '192.0.2.106',
        mac: '00:50:56:a3:1b:24',
        certname: 'app-01.example.net',
        uuid: '5023b735-d4d6-b692-4192-3ad0eca283cb',
        compute_resource_id: 1,
        compute_resource_name: 'vcenter',
        subnet_id: 1,
        subnet_name: 'servers',
        operatingsystem_name: 'Debian 12',
        architecture_name: 'x86_64',
        hostgroup_title: 'base/app',
        organization_name: 'ÄTIX',
        location_name: 'Änger',
        managed: true,
        last_report: '2026-11-26 02:00:00 UTC',
        created_at: '2022-11-03 11:28:18 UTC',
        installed_at: '2022-11-03 11:33:53 UTC',
        global_status_label: 'OK',
      },
      interfaces: [
        {
          id: 11,
          identifier: 'ens192',
          type: 'interface',
          mac: '00:50:56:a3:1b:24',
          ip: '192.0.2.106',
          ip6: '2001:db8::106',
          subnet_id: 1,
          subnet6_id: 2,
          subnet_name: 'servers',
          primary: true,
          provision: true,
          managed: true,
          virtual: false,
          mtu: 1500,
          fqdn: 'app-01.example.net',
        },
      ],
      facts: {
        kernelrelease: '6.1.0-22-amd64',
        is_virtual: 'true',
        virtual: 'vmware',
        system_uptime: null,
        'system_uptime::seconds': '3600',
        networking: null,
        'networking::fqdn': 'app-01.example.net',
        'networking::interfaces': null,
        'networking::interfaces::ens192': null,
        'networking::interfaces::ens192::mac': '00:50:56:a3:1b:24',
        'networking::interfaces::ens192::ip': '192.0.2.106',
        'networking::interfaces::ens224': null,
        'networking::interfaces::ens224::mac': '00:50:56:a3:1b:25',
        'networking::interfaces::ens224::ip': '198.51.100.6',
        'networking::interfaces::ens224::netmask': '255.255.255.0',
        dmi: null,
        'dmi::manufacturer': 'VMware, Inc.',
        'dmi::product': null,
        'dmi::product::name': 'VMware7,1',
        'dmi::product::uuid': '35b72350-d6d4-92b6-4192-3ad0eca283cb',
        'dmi::product::serial_number': 'VMware-42 23 b7 35 d4 d6 b6 92-41 92 3a d0 ec a2 83 cb',
        memory: null,
        'memory::system': null,
        'memory::system::total_bytes': '4105105408',
        sshrsakey: 'AAAAB3NzaC1yc2E',
        db_password: 'swordfish99',
      },
    },
    {
      id: 7,
      name: 'metal-01.example.net',
      row: {
        ip: '192.0.2.7',
        mac: '00:1b:21:3c:4d:07',
        sp_ip: '192.0.2.207',
        sp_mac: '00:1b:21:3c:4d:f7',
        model_name: 'PowerEdge R640',
        managed: true,
        last_report: '2026-11-01 00:00:00 UTC',
      },
      interfaces: [
        {
          id: 21,
          identifier: 'bond0',
          type: 'bond',
          mac: '00:1b:21:3c:4d:07',
          ip: '192.0.2.7',
          primary: true,
          mode: '802.3ad',
          attached_devices: 'eth0,eth1',
        },
        {
          id: 22,
          identifier: null,
          type: 'bmc',
          mac: '00:1b:21:3c:4d:f7',
          ip: '192.0.2.207',
          username: 'root',
          provider: 'IPMI',
        },
        { id: 23, identifier: 'eth0', type: 'interface', mac: '00:1b:21:3c:4d:07', primary: false },
        {
          id: 24,
          identifier: 'eth0.20',
          type: 'interface',
          virtual: true,
          tag: '20',
          attached_to: 'eth0',
          ip: '203.0.113.7',
        },
        { id: 25, identifier: 'eth0', type: 'interface', mac: '00:1b:21:3c:4d:08' },
      ],
    },
    {
      id: 8,
      name: 'facts-only.example.net',
      interfaces: [{ id: 31, identifier: null, primary: true, type: 'interface' }],
    },
    {
      id: 12,
      name: '10024',
      row: {
        uuid: '0f6a3b52-93c1-4d61-8a2c-1f7d4f6f7a01',
        compute_resource_id: 2,
        compute_resource_name: 'kvm',
        certname: '5b1f6a52-8f0b-4a3c-9f1d-0c5a8b7e6d21',
      },
      interfaces: [],
      facts: { kernelrelease: '5.14', processorcount: '2' },
    },
  ],
})
