/** What a fake cluster holds, in Proxmox VE's own words: shapes as its API answers them. */
export interface FakeWorld {
  release: string
  /** Undefined for a node that stands alone. */
  cluster: string | undefined
  quorate: 0 | 1
  nodes: FakeNode[]
  guests: FakeGuest[]
  storages: Record<string, unknown>[]
  /** /storage: how they are configured. */
  storageConfigs: Record<string, unknown>[]
  /** /access/permissions as the login sees it; what it lacks is hidden, not refused. */
  permissions: Record<string, Record<string, 0 | 1>>
}

export interface FakeNode {
  name: string
  ip: string
  /** `hung` answers 596, `offline` 595. */
  state: 'online' | 'offline' | 'hung'
  status: Record<string, unknown>
  network: Record<string, unknown>[]
  disks: Record<string, unknown>[]
}

export interface FakeGuest {
  type: 'qemu' | 'lxc'
  vmid: number
  node: string
  status: 'running' | 'stopped'
  /** Further fields of its row in /cluster/resources. */
  row?: Record<string, unknown>
  config: Record<string, unknown>
  qmpstatus?: string
  snapshots?: Record<string, unknown>[]
  /** What its agent says: interfaces and system, or how it fails. */
  agent?:
    | { interfaces: unknown; system?: Record<string, unknown>; hostname?: string }
    | 'off'
    | 'forbidden'
    | 'silent'
  /** Of a container. */
  interfaces?: Record<string, unknown>[]
}

const auditor = {
  'VM.Audit': 1,
  'Sys.Audit': 1,
  'Datastore.Audit': 1,
  'VM.Monitor': 1,
  'SDN.Audit': 1,
  'Pool.Audit': 1,
} as const

/** What PVEAuditor with VM.Monitor on `/` looks like. */
export const auditorEverywhere: FakeWorld['permissions'] = Object.fromEntries(
  ['/', '/access', '/nodes', '/pool', '/sdn', '/storage', '/vms'].map((path) => [path, { ...auditor }]),
)

const node = (name: string, ip: string, state: FakeNode['state'] = 'online'): FakeNode => ({
  name,
  ip,
  state,
  status: {
    pveversion: 'pve-manager/8.2.4/faa83925c9641325',
    kversion: 'Linux 6.8.8-2-pve #1 SMP PREEMPT_DYNAMIC PMX 6.8.8-2 (2024-06-24T09:00Z)',
    'current-kernel': { sysname: 'Linux', release: '6.8.8-2-pve', machine: 'x86_64' },
    cpuinfo: { model: 'AMD EPYC 7302P 16-Core Processor', sockets: 1, cores: 16, cpus: 32, mhz: '3000.000' },
    memory: { total: 135_011_508_224, used: 40_000_000_000, free: 95_011_508_224 },
    loadavg: ['0.10', '0.20', '0.30'],
  },
  network: [
    {
      iface: 'vmbr0',
      type: 'bridge',
      active: 1,
      cidr: `${ip}/24`,
      address: ip,
      netmask: '24',
      bridge_ports: 'eno1',
      method: 'static',
    },
    { iface: 'eno1', type: 'eth', active: 1, exists: 1, method: 'manual' },
    { iface: 'eno2', type: 'eth', exists: 1, method: 'manual' },
  ],
  disks: [
    {
      devpath: '/dev/nvme0n1',
      model: 'SAMSUNG MZQL2960HCJR',
      serial: 'S64FNE0R601234',
      size: 960_197_124_096,
      type: 'nvme',
      wearout: 98,
    },
  ],
})

const web: FakeGuest = {
  type: 'qemu',
  vmid: 101,
  node: 'pve1',
  status: 'running',
  row: {
    name: 'web-01',
    tags: 'prod;web',
    maxcpu: 4,
    maxmem: 4_294_967_296,
    mem: 2_000_000_000,
    uptime: 86_400,
    maxdisk: 34_359_738_368,
    disk: 0,
    template: 0,
  },
  config: {
    name: 'web-01',
    cores: 2,
    sockets: 2,
    memory: '4096',
    ostype: 'l26',
    agent: 'enabled=1,type=virtio',
    smbios1: 'uuid=0f6a3b52-93c1-4d61-8a2c-1f7d4f6f7a01',
    scsi0: 'local-zfs:vm-101-disk-0,iothread=1,size=32G',
    scsi1: 'ceph:vm-101-disk-1,size=100G',
    efidisk0: 'local-zfs:vm-101-disk-2,efitype=4m,size=1M',
    ide2: 'local:iso/debian-12.iso,media=cdrom,size=600M',
    unused0: 'local-zfs:vm-101-disk-9',
    net0: 'virtio=BC:24:11:2E:C5:4A,bridge=vmbr0,firewall=1,tag=10',
    net1: 'e1000=BC:24:11:2E:C5:4B,bridge=vmbr1,link_down=1',
    tags: 'prod;web',
    onboot: 1,
    cipassword: '$5$cloud-secret',
    sshkeys: 'ssh-ed25519%20AAAA',
    description: 'root password is description-secret',
    digest: '0123456789abcdef0123456789abcdef01234567',
  },
  snapshots: [
    { name: 'before-upgrade', description: 'Before upgrade', snaptime: 1_693_252_591, vmstate: 1 },
    { name: 'current', description: 'You are here!', parent: 'before-upgrade', running: 1 },
  ],
  agent: {
    interfaces: [
      {
        name: 'lo',
        'hardware-address': '00:00:00:00:00:00',
        'ip-addresses': [{ 'ip-address': '127.0.0.1', prefix: 8 }],
      },
      {
        name: 'eth0',
        'hardware-address': 'bc:24:11:2e:c5:4a',
        'ip-addresses': [
          { 'ip-address': '192.0.2.10', 'ip-address-type': 'ipv4', prefix: 24 },
          { 'ip-address': 'fe80::be24:11ff:fe2e:c54a', 'ip-address-type': 'ipv6', prefix: 64 },
          { 'ip-address': '2001:db8::10', 'ip-address-type': 'ipv6', prefix: 64 },
        ],
      },
      {
        name: 'docker0',
        'hardware-address': '02:42:0a:00:00:01',
        'ip-addresses': [{ 'ip-address': '172.17.0.1', prefix: 16 }],
      },
      { name: 'wg0', 'ip-addresses': [{ 'ip-address': '198.51.100.7', prefix: 32 }] },
      { name: 'sit0' },
    ],
    system: {
      id: 'debian',
      'pretty-name': 'Debian GNU/Linux 12 (bookworm)',
      'kernel-release': '6.1.0-22-amd64',
    },
    hostname: 'web-01.example.net',
  },
}

const proxy: FakeGuest = {
  type: 'lxc',
  vmid: 102,
  node: 'pve2',
  status: 'running',
  row: { name: 'proxy', maxcpu: 1, maxmem: 536_870_912, mem: 34_304_000, uptime: 919_760, disk: 640_397_312 },
  config: {
    hostname: 'proxy',
    arch: 'amd64',
    cores: 1,
    memory: 512,
    ostype: 'debian',
    unprivileged: 1,
    rootfs: 'local-zfs:subvol-102-disk-0,size=8G',
    mp0: '/mnt/media,mp=/media',
    net0: 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:89:67:07,ip=dhcp,type=veth',
    lxc: [['lxc.cgroup2.devices.allow', 'c 226:0 rwm']],
  },
  interfaces: [
    { name: 'lo', hwaddr: '00:00:00:00:00:00', inet: '127.0.0.1/8', inet6: '::1/128' },
    {
      name: 'eth0',
      hwaddr: 'bc:24:11:89:67:07',
      inet: '192.0.2.95/24',
      inet6: 'fe80::be24:11ff:fe89:6707/64',
    },
  ],
}

const template: FakeGuest = {
  type: 'qemu',
  vmid: 9000,
  node: 'pve1',
  status: 'stopped',
  row: { name: 'debian-12', template: 1, maxmem: 2_147_483_648 },
  config: {
    name: 'debian-12',
    template: 1,
    memory: 'current=2048',
    ostype: 'l26',
    agent: '1',
    smbios1: 'uuid=7c1f7a54-2c50-4c0e-9f0e-55d0a9f0aa02',
    scsi0: 'ceph:base-9000-disk-0,size=2252M',
    ide0: 'ceph:vm-9000-cloudinit,media=cdrom,size=4M',
    net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0',
    ipconfig0: 'ip=192.0.2.200/24,gw=192.0.2.1',
  },
}

/** Two nodes, a virtual machine, a container, a template, a shared and two local storages. */
export const sampleWorld = (): FakeWorld => ({
  release: '8.2.4',
  cluster: 'lab',
  quorate: 1,
  nodes: [node('pve1', '192.0.2.1'), node('pve2', '192.0.2.2')],
  guests: structuredClone([web, proxy, template]),
  storageConfigs: [
    { storage: 'local-zfs', type: 'zfspool', pool: 'rpool/data' },
    { storage: 'nfs', type: 'nfs', server: 'nas.example.net', export: '/volume1/pve', content: 'images' },
  ],
  storages: [
    {
      node: 'pve1',
      storage: 'local-zfs',
      plugintype: 'zfspool',
      content: 'images,rootdir',
      shared: 0,
      status: 'available',
      maxdisk: 900_000_000_000,
      disk: 40_000_000_000,
    },
    {
      node: 'pve2',
      storage: 'local-zfs',
      plugintype: 'zfspool',
      content: 'images,rootdir',
      shared: 0,
      status: 'available',
      maxdisk: 900_000_000_000,
      disk: 10_000_000_000,
    },
    {
      node: 'pve1',
      storage: 'nfs',
      plugintype: 'nfs',
      content: 'iso,backup',
      shared: 1,
      status: 'available',
      maxdisk: 4_000_000_000_000,
      disk: 1_000_000_000_000,
    },
    { node: 'pve2', storage: 'nfs', plugintype: 'nfs', content: 'iso,backup', shared: 1, status: 'unknown' },
  ],
  permissions: structuredClone(auditorEverywhere),
})
