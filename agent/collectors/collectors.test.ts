import assert from 'node:assert/strict'
import { test } from 'node:test'
import { containersCollector, parseContainers } from '#agent/collectors/containers.ts'
import { cpuCollector, parseStat, percentBetween } from '#agent/collectors/cpu.ts'
import { filesystemsCollector } from '#agent/collectors/filesystems.ts'
import { identityCollector } from '#agent/collectors/identity.ts'
import { loadCollector } from '#agent/collectors/load.ts'
import { memoryCollector } from '#agent/collectors/memory.ts'
import { realMounts } from '#agent/collectors/mounts.ts'
import { networkCollector } from '#agent/collectors/network.ts'
import { powerCollector, wattsBetween } from '#agent/collectors/power.ts'
import { servicesCollector } from '#agent/collectors/services.ts'
import { temperaturesCollector } from '#agent/collectors/temperatures.ts'
import { updatesCollector } from '#agent/collectors/updates.ts'
import { createGather } from '#agent/collector.ts'
import { heartbeatBody, totalWatts } from '#agent/heartbeat-body.ts'
import { sampleMachine, settle } from '#test/agent-lab.ts'

const { signal } = new AbortController()

test('time of guests is part of their hosts’ time and counted once', () => {
  // user 400 of which 300 are guests, nice 100, system 100, idle 300, waiting 100.
  assert.deepEqual(parseStat('cpu  400 100 100 300 100 0 0 0 300 0\ncpu0 1 1 1 1 1 0 0 0 0 0\n'), {
    busy: 600,
    all: 1_000,
  })
})

test('a processor is as busy as it was since the last look', async (context) => {
  const { tools, write, clock } = sampleMachine(context, { '/proc/stat': 'cpu  100 0 0 900 0 0 0 0 0 0\n' })
  const cpu = cpuCollector(tools)

  const first = cpu.collect(signal)
  await settle()
  write('/proc/stat', 'cpu  125 0 0 975 0 0 0 0 0 0\n')
  for (let waited = 0; clock.sleepers === 0 && waited < 100; waited += 1) await settle()
  clock.advance(250)

  assert.deepEqual((await first).metrics, { cpu_percent: 25 })
  write('/proc/stat', 'cpu  175 0 0 1025 0 0 0 0 0 0\n')
  assert.deepEqual((await cpu.collect(signal)).metrics, { cpu_percent: 50 })
})

test('counters that went back tell nothing', () => {
  assert.equal(percentBetween({ busy: 900, all: 1_000 }, { busy: 100, all: 200 }), undefined)
  assert.equal(percentBetween({ busy: 900, all: 1_000 }, { busy: 890, all: 1_100 }), undefined)
  assert.equal(percentBetween({ busy: 900, all: 1_000 }, { busy: 900, all: 1_000 }), undefined)
})

test('memory that the system or ZFS gives back on demand is not used', async (context) => {
  const { tools, write } = sampleMachine(context, {
    '/proc/meminfo': 'MemTotal: 8388608 kB\nMemFree: 1048576 kB\nMemAvailable: 4194304 kB\nCached: 99 kB\n',
  })
  const memory = memoryCollector(tools)

  assert.deepEqual((await memory.collect(signal)).metrics, {
    memory_percent: 50,
    memory_total_mb: 8192,
    memory_used_mb: 4096,
  })
  write('/proc/spl/kstat/zfs/arcstats', 'name type data\nsize 4 2147483648\nc_min 4 1073741824\n')
  assert.equal((await memory.collect(signal)).metrics?.memory_used_mb, 3072)
})

test('load, uptime and the boot come from their files', async (context) => {
  const { tools } = sampleMachine(context, {
    '/proc/loadavg': '0.52 0.58 0.59 1/467 12345\n',
    '/proc/uptime': '350735.47 234388.90\n',
    '/proc/sys/kernel/random/boot_id': 'ac535bb6-34bb-41a4-b527-da0e107a5263\n',
  })

  assert.deepEqual(await loadCollector(tools).collect(signal), {
    metrics: { load_1m: 0.52, load_5m: 0.58, load_15m: 0.59, uptime_seconds: 350_735 },
    boot_id: 'ac535bb6-34bb-41a4-b527-da0e107a5263',
  })
})

const mountinfo = [
  '22 27 0:21 / /proc rw - proc proc rw',
  '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw',
  '30 25 0:27 / /dev/shm rw - tmpfs tmpfs rw',
  '42 27 254:0 /srv /mnt/bound rw shared:1 - ext4 /dev/vda rw',
  '43 27 0:40 /@data /data rw - btrfs /dev/sdb1 rw,subvolid=256',
  '44 27 0:41 /@home /home/all rw - btrfs /dev/sdb1 rw,subvolid=257',
  '45 27 0:42 / /tank rw - zfs tank rw',
  '46 27 0:43 / /tank/media rw - zfs tank/media rw',
  '47 27 7:1 / /snap/core/1 ro - squashfs /dev/loop1 ro',
  '48 27 0:50 / /mnt/with\\040blank rw - nfs4 nas:/export rw',
  '49 27 0:51 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw',
].join('\n')

test('a file system counts once, whatever is mounted twice, and views of the system do not count', () => {
  assert.deepEqual(
    realMounts(mountinfo).map(({ mountPoint, type }) => `${mountPoint} ${type}`),
    ['/ ext4', '/data btrfs', '/tank zfs', '/tank/media zfs', '/mnt/with blank nfs4'],
  )
  assert.deepEqual(
    realMounts('1 0 0:49 / / rw - overlay overlay rw').map(({ mountPoint }) => mountPoint),
    ['/'],
    'a container has a root too',
  )
})

test('a dead file server costs its own line and is not asked again while it hangs', async (context) => {
  const { tools, clock } = sampleMachine(context, { '/proc/self/mountinfo': mountinfo })
  const space = { total: 100, used: 40, available: 50 }
  let hanging = 0
  const filesystems = filesystemsCollector(tools, {
    local: async () => space,
    remote: () => {
      hanging += 1
      return new Promise(() => {})
    },
  })
  const look = createGather([filesystems], clock)

  const first = look(signal)
  while (clock.sleepers < 2) await settle()
  clock.advance(3_000)
  const reading = await first
  const again = await look(signal)

  assert.equal(reading.filesystems?.length, 4)
  assert.equal(reading.metrics.disk_percent, 44.4)
  assert.deepEqual(reading.warnings, ['/mnt/with blank (nfs4) did not answer in 3 s'])
  assert.deepEqual(again.warnings, ['/mnt/with blank (nfs4) does not answer'])
  assert.equal(again.filesystems?.length, 4)
  assert.equal(hanging, 1)
})

test('a collector that hangs or fails costs itself only', async (context) => {
  const { clock } = sampleMachine(context)
  const look = createGather(
    [
      { name: 'good', timeout: 1_000, collect: async () => ({ metrics: { load_1m: 1 } }) },
      { name: 'bad', timeout: 1_000, collect: () => Promise.reject(new Error('the sensor is on fire')) },
      { name: 'stuck', timeout: 1_000, collect: () => new Promise(() => {}) },
    ],
    clock,
  )

  const first = look(signal)
  await settle()
  clock.advance(1_000)

  assert.deepEqual(await first, {
    metrics: { load_1m: 1 },
    warnings: ['bad: the sensor is on fire', 'stuck: no answer in 1 s'],
  })
  assert.deepEqual((await look(signal)).warnings, ['bad: the sensor is on fire', 'stuck: no answer for 1 s'])
})

const netDev = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 20757870879 14267849    0    0    0     0          0         0 20757870879 14267849    0    0    0     0       0          0
  eth0:5237410509  172913    3    0    0     0          0         0 17397038  134709    1    0    0     0       0          0
 bond0: 5237410509 172913    0    0    0     0          0         0 17397038  134709    0    0    0     0       0          0
veth12: 100 1 0 0 0 0 0 0 200 1 0 0 0 0 0 0
`

test('the sum of the network is that of the cards, not of what runs over them', async (context) => {
  const { tools } = sampleMachine(context, {
    '/proc/net/dev': netDev,
    '/sys/class/net/eth0/device/vendor': '0x1af4\n',
    '/sys/class/net/eth0/operstate': 'up\n',
  })

  const { metrics, interfaces } = await networkCollector(tools).collect(signal)

  assert.deepEqual(metrics, { network_rx_bytes: 5_237_410_509, network_tx_bytes: 17_397_038 })
  assert.deepEqual(
    interfaces?.map(({ name, rx_errors, is_up }) => [name, rx_errors, is_up]),
    [
      ['eth0', 3, true],
      ['bond0', 0, false],
    ],
  )
})

test('in a container the interface that it was given counts', async (context) => {
  const { tools } = sampleMachine(context, { '/proc/net/dev': netDev.replace(/ bond0:.*\n/, '') })

  assert.equal((await networkCollector(tools).collect(signal)).metrics?.network_tx_bytes, 17_397_038)
})

test('sensors have names of their own, and those that are not connected are left out', async (context) => {
  const { tools } = sampleMachine(context, {
    '/sys/class/hwmon/hwmon0/name': 'coretemp\n',
    '/sys/class/hwmon/hwmon0/temp1_input': '45500\n',
    '/sys/class/hwmon/hwmon0/temp1_label': 'Package id 0\n',
    '/sys/class/hwmon/hwmon0/temp2_input': '-128000\n',
    '/sys/class/hwmon/hwmon1/name': 'nvme\n',
    '/sys/class/hwmon/hwmon1/temp1_input': '38900\n',
    '/sys/class/hwmon/hwmon2/name': 'nvme\n',
    '/sys/class/hwmon/hwmon2/temp1_input': '41000\n',
    '/sys/class/thermal/thermal_zone0/temp': '45000\n',
  })

  assert.deepEqual((await temperaturesCollector(tools).collect(signal)).temperatures, [
    { sensor: 'coretemp/Package id 0', celsius: 45.5 },
    { sensor: 'nvme/temp1', celsius: 38.9 },
    { sensor: 'nvme/temp1#2', celsius: 41 },
  ])
})

test('watts are joules over time, also when the counter begins again', async (context) => {
  const zone = '/sys/class/powercap/intel-rapl:0'
  const { tools, write, clock } = sampleMachine(context, {
    [`${zone}/name`]: 'package-0\n',
    [`${zone}/energy_uj`]: '262000000000\n',
    [`${zone}/max_energy_range_uj`]: '262143328850\n',
    // Cores are part of their package.
    '/sys/class/powercap/intel-rapl:0:0/name': 'core\n',
    '/sys/class/powercap/intel-rapl:0:0/energy_uj': '1\n',
  })
  const power = powerCollector(tools)

  assert.deepEqual(await power.collect(signal), {})
  write(`${zone}/energy_uj`, '456671150\n')
  clock.advance(60_000)
  assert.deepEqual(await power.collect(signal), { power: [{ source: 'package-0', watts: 10 }] })
  assert.equal(
    wattsBetween({ microjoules: 5e12, at: 0 }, { microjoules: 1, at: 1_000 }, undefined),
    undefined,
  )
})

test('what measures the whole machine is its power, else the sum of the parts', () => {
  const parts = [
    { source: 'package-0', watts: 10 },
    { source: 'dram', watts: 2.5 },
  ]

  assert.equal(totalWatts(parts), 12.5)
  assert.equal(totalWatts([...parts, { source: 'psys', watts: 30 }]), 30)
  const meter = [...parts, { source: 'power_meter/power1', watts: 45.2 }]
  assert.equal(totalWatts(meter), 45.2)
  const told = [parts, meter].map((power) =>
    heartbeatBody(
      { serverId: 'nas-01', at: 0, interval: 60, version: '1.0.0' },
      { metrics: {}, warnings: [], power },
    ),
  )
  assert.deepEqual(
    told.map((body) => body['power_covers']),
    ['parts', 'machine'],
  )
})

test('services that run, failed or are watched are told, the failed first', async (context) => {
  const { tools, programs } = sampleMachine(context, { '/run/systemd/system/x': '' })
  programs.set('systemctl list-units', {
    code: 0,
    out: [
      'cron.service loaded active running Regular background program',
      'logrotate.service loaded inactive dead Rotate log files',
      'smartd.service loaded failed failed Disk monitor',
      'loop.service loaded activating auto-restart It falls over',
      'gone.service not-found inactive dead gone.service',
      'nginx.service loaded inactive dead A web server',
    ].join('\n'),
  })

  const { services } = await servicesCollector(tools, ['nginx', 'postgresql.service']).collect(signal)

  assert.deepEqual(services, [
    { name: 'smartd', status: 'failed', reason: 'failed' },
    { name: 'loop', status: 'failed', reason: 'restarts again and again' },
    { name: 'cron', status: 'running' },
    { name: 'nginx', status: 'stopped', reason: 'dead' },
    { name: 'postgresql', status: 'stopped', reason: 'not there' },
  ])
})

test('a systemd that does not answer is told as a warning', async (context) => {
  const { tools, programs } = sampleMachine(context, { '/run/systemd/system/x': '' })
  programs.set('systemctl', { code: undefined, out: '', failure: 'systemctl: gave no answer in 8 s' })

  assert.deepEqual(await servicesCollector(tools).collect(signal), {
    warnings: ['services: systemctl: gave no answer in 8 s'],
  })
})

test('updates are asked of the package manager every six hours at most, as the least important work', async (context) => {
  const { tools, programs, clock, asked } = sampleMachine(context, {
    '/usr/bin/apt-get': '',
    '/run/reboot-required': '',
  })
  programs.set('nice -n 19 apt-get', {
    code: 0,
    out: [
      'Inst libc6 [2.36-9] (2.36-10 Debian:12.5/stable [amd64])',
      'Inst openssl [3.0.11-1] (3.0.13-1 Debian-Security:12/stable-security [amd64])',
      'Conf libc6 (2.36-10 Debian:12.5/stable [amd64])',
    ].join('\n'),
  })
  const updates = updatesCollector(tools)

  await updates.collect(signal)
  while (asked.length < 1) await settle()
  clock.advance(3_600_000)
  const second = await updates.collect(signal)
  assert.deepEqual(second.updates, { available: 2, security: 1, reboot_required: true })
  assert.equal(asked.length, 1)
  clock.advance(5 * 3_600_000)
  await updates.collect(signal)
  while (asked.length < 2) await settle()
})

test('containers are told by name, image and state, and none where nothing listens', async (context) => {
  const { tools } = sampleMachine(context)
  const listed = [{ Names: ['/web'], Image: 'nginx:1', State: 'running' }, { State: 'exited' }]

  assert.deepEqual(parseContainers(JSON.stringify(listed)), [
    { name: 'web', image: 'nginx:1', state: 'running' },
    { name: 'unnamed', image: undefined, state: 'exited' },
  ])
  assert.deepEqual(await containersCollector(tools).collect(signal), {})
})

test('what a machine is comes from its firmware, and from what was laid down for us', async (context) => {
  const { tools } = sampleMachine(context, {
    '/etc/os-release': 'NAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n',
    '/etc/machine-id': '3d1219c7c4c5404aaa1f6d2a48adfda4\n',
    '/sys/class/dmi/id/sys_vendor': 'Dell Inc.\n',
    '/sys/class/dmi/id/product_name': 'OptiPlex 7060\n',
    '/run/rollcall-agent/product_serial': 'ABC1234\n',
    '/run/rollcall-agent/product_uuid': '4c4c4544-0042-3510-8052-b4c04f443732\n',
  })

  const { facts } = await identityCollector(tools).collect(signal)

  assert.equal(facts?.os_distribution, 'Debian GNU/Linux')
  assert.equal(facts?.os_version, '12')
  assert.equal(facts?.vendor, 'Dell Inc.')
  assert.equal(facts?.model, 'OptiPlex 7060')
  assert.equal(facts?.serial, 'ABC1234')
  assert.equal(facts?.product_uuid, '4c4c4544-0042-3510-8052-b4c04f443732')
})
