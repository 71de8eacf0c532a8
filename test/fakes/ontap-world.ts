import type { FakeCluster } from '#test/fakes/ontap.ts'

const id = (kind: string, number: number): string =>
  `${kind}-5440-11ed-bc87-${String(number).padStart(12, '0')}`
const aggregate = (number: number) => ({ uuid: id('aa00aa00', number), name: `aggr${number}` })
const node = (number: number) => ({ uuid: id('bb00bb00', number), name: `cluster1-0${number}` })
const svm = { uuid: id('cc00cc00', 1), name: 'svm1' }
const gib = 2 ** 30

const volume = (number: number, changes: object = {}) => ({
  uuid: id('dd00dd00', number),
  name: `vol${number}`,
  svm,
  size: 100 * gib,
  state: 'online',
  style: 'flexvol',
  type: 'rw',
  is_svm_root: false,
  comment: '',
  create_time: '2022-11-24T22:23:13+12:00',
  aggregates: [aggregate(1)],
  guarantee: { type: 'none', honored: true },
  nas: { path: `/vol${number}` },
  clone: { is_flexclone: false },
  encryption: { enabled: false },
  snaplock: { type: 'non_snaplock' },
  snapmirror: { is_protected: false },
  tiering: { policy: 'none' },
  space: { size: 100 * gib, used: 40 * gib, available: 60 * gib, afs_total: 95 * gib },
  ...changes,
})

/** A cluster of two nodes with aggregates, volumes of every style, LUNs and qtrees. */
export const sampleCluster = (volumes = 2): FakeCluster => ({
  cluster: {
    uuid: id('ee00ee00', 1),
    name: 'cluster1',
    version: {
      full: 'NetApp Release 9.14.1P3: Tue Mar 19 10:38:21 UTC 2024',
      generation: 9,
      major: 14,
      minor: 1,
    },
    location: 'Hall 1',
    contact: 'storage@example.net',
    dns_domains: ['example.net'],
    management_interfaces: [{ name: 'cluster_mgmt', ip: { address: '192.0.2.60' } }],
  },
  lists: {
    '/cluster/nodes': [1, 2].map((number) => ({
      ...node(number),
      serial_number: `72180800070${number}`,
      model: 'AFF-A300',
      location: 'Hall 1',
      state: 'up',
      uptime: 8_640_000,
      system_id: `053673725${number}`,
      version: { full: 'NetApp Release 9.14.1P3: Tue Mar 19 10:38:21 UTC 2024' },
      ha: { enabled: true, partners: [node(3 - number)] },
      controller: {
        board: 'System Board XXIII',
        memory_size: 137_438_953_472,
        cpu: { count: 32, processor: 'Intel(R) Xeon(R) D-1587' },
      },
      management_interfaces: [{ name: `mgmt${number}`, ip: { address: `192.0.2.6${number}` } }],
    })),
    '/network/ethernet/ports': [
      { uuid: id('f100f100', 1), name: 'e0M', node: node(1), mac_address: '00:a0:98:d3:9e:12', mtu: 1500, speed: '1000', state: 'up', enabled: true, type: 'physical' },
      { uuid: id('f100f100', 2), name: 'a0a', node: node(1), mac_address: '02:a0:98:d3:9e:12', mtu: 9000, state: 'up', enabled: true, type: 'lag' },
      { uuid: id('f100f100', 3), name: 'e0M', node: node(2), mac_address: '00:a0:98:d3:90:f2', mtu: 1500, speed: 1000, state: 'down', enabled: true, type: 'physical' },
    ], // prettier-ignore
    '/network/ip/interfaces': [
      { uuid: id('f200f200', 1), name: 'cluster_mgmt', ip: { address: '192.0.2.60', netmask: '24' }, state: 'up', enabled: true, scope: 'cluster', services: ['management_https', 'management_ssh'] },
      { uuid: id('f200f200', 2), name: 'nfs_1', ip: { address: '192.0.2.71', netmask: '24' }, state: 'up', enabled: true, scope: 'svm', svm, services: ['data_core', 'data_nfs'] },
      { uuid: id('f200f200', 3), name: 'svm1_mgmt', ip: { address: '192.0.2.72', netmask: '24' }, state: 'down', enabled: true, scope: 'svm', svm, services: ['management_https'] },
    ], // prettier-ignore
    '/storage/aggregates': [1, 2].map((number) => ({
      ...aggregate(number),
      state: 'online',
      node: node(1),
      home_node: node(number),
      create_time: '2020-09-21T14:45:11+00:00',
      space: { block_storage: { size: 10_000 * gib, used: number * 1000 * gib, available: 5000 * gib } },
      block_storage: {
        primary: {
          raid_type: number === 1 ? 'raid_dp' : 'raid_tec',
          raid_size: 24,
          disk_class: 'solid_state',
          disk_count: 23,
        },
        mirror: { enabled: false },
      },
    })),
    '/storage/volumes': [
      ...Array.from({ length: volumes }, (_, index) => volume(index + 1)),
      volume(901, {
        name: 'svm1_root',
        is_svm_root: true,
        guarantee: { type: 'volume' },
        nas: { path: '/' },
      }),
      volume(902, { name: 'big', style: 'flexgroup', aggregates: [aggregate(1), aggregate(2)], nas: {} }),
      volume(903, { name: 'copied', type: 'dp', aggregates: [aggregate(2)] }),
      {
        uuid: id('dd00dd00', 904),
        name: 'offline',
        svm,
        size: 50 * gib,
        state: 'offline',
        style: 'flexvol',
        type: 'rw',
        is_svm_root: false,
        create_time: '2022-10-25T20:37:40+12:00',
        aggregates: [aggregate(1)],
      },
    ],
    '/storage/luns': [
      {
        uuid: id('11001100', 1),
        name: '/vol/vol1/esx-lun',
        svm,
        location: {
          volume: { uuid: id('dd00dd00', 1), name: 'vol1' },
          logical_unit: 'esx-lun',
          node: node(1),
        },
        os_type: 'vmware',
        create_time: '2021-12-09T14:07:31+00:00',
        serial_number: 'ZlAFA?QMnBdX',
        lun_maps: [{ logical_unit_number: 0, igroup: { uuid: id('12001200', 1), name: 'esx' } }],
        status: { state: 'online', mapped: true },
        space: { size: 10 * gib, used: 3 * gib, guarantee: { requested: false, reserved: false } },
      },
    ],
    '/storage/qtrees': [
      { id: 0, name: '', volume: { uuid: id('dd00dd00', 1), name: 'vol1' }, svm, security_style: 'unix', path: '/vol1' },
      { id: 1, name: 'home', volume: { uuid: id('dd00dd00', 1), name: 'vol1' }, svm, security_style: 'unix', path: '/vol1/home', export_policy: { name: 'default' } },
      { id: 1, name: 'scratch', volume: { uuid: id('dd00dd00', 2), name: 'vol2' }, svm, security_style: 'ntfs', path: '/vol2/scratch' },
    ], // prettier-ignore
    '/storage/quota/reports': [
      { type: 'user', index: 1, volume: { uuid: id('dd00dd00', 1) }, qtree: { id: 1, name: 'home' }, space: { hard_limit: 1, used: { total: 1 } } },
      { type: 'tree', index: 2_305_843_013_508_661_000, volume: { uuid: id('dd00dd00', 1) }, qtree: { id: 1, name: 'home' }, space: { hard_limit: 20 * gib, soft_limit: 18 * gib, used: { total: 5 * gib } } },
    ], // prettier-ignore
  },
})
