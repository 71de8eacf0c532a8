import { after, before, beforeEach } from 'node:test'
import { systemClock, type Clock } from '#kernel/clock.ts'
import { silentLog } from '#kernel/log.ts'
import { oxidizedSource } from '#sources/oxidized/oxidized.ts'
import type { Source } from '#sources/source.ts'
import { startFakeOxidized, type FakeNode, type FakeOxidized } from '#test/fakes/oxidized.ts'

export const switchConfig = `! Cisco IOS Software, C2960 Software, Version 15.2(7)E8, RELEASE SOFTWARE (fc3)
!
! Chassis type: WS-C2960X-24TS-L
! Processor ID: FOC1000X001
!
version 15.2
hostname sw-1
ip domain-name example.net
enable secret 5 $1$hidden$enableword
vlan 10
 name USERS
interface GigabitEthernet1/0/1
 description To the roof
 switchport access vlan 10
interface Vlan10
 ip address 192.0.2.5 255.255.255.0
end
`

export const routerConfig = `# version: 7.16 (stable)
# model = RB5009UG+S+
# serial number = HF0000001
/interface ethernet
set [ find default-name=ether1 ] name=wan
/ip address
add address=198.51.100.2/30 interface=wan
/ppp secret
add name=ada password=pppword
/system identity
set name=edge-1
`

/** A switch in a group, a router without one, and a node that was never reached. */
export const sampleNodes = (): FakeNode[] => [
  {
    name: 'sw-1',
    group: 'site-a/access',
    ip: '192.0.2.5',
    model: 'IOS',
    status: 'success',
    mtime: '2026-08-14 09:00:00 UTC',
    config: switchConfig,
    vars: { username: 'ox', password: 'node-word-1', enable: 'node-word-2' },
  },
  {
    name: 'edge-1.example.net',
    ip: '198.51.100.2',
    model: 'RouterOS',
    status: 'success',
    mtime: '2026-08-15 11:00:00 +0200',
    config: routerConfig,
  },
  {
    name: '203.0.113.9',
    group: 'site-b',
    ip: '203.0.113.9',
    model: 'Vyatta',
    status: 'never',
    mtime: 'unknown',
    config: null,
  },
]

/** Pauses between tries are not waited. */
const clock: Clock = { ...systemClock, sleep: async () => {} }

export const openOxidized = (settings: Record<string, unknown>): Source =>
  oxidizedSource.open(oxidizedSource.settings.parse(settings), { clock, log: silentLog, name: 'ox' })

/** One fake Oxidized for the tests of a file; each test begins with the sample nodes. */
export function oxidizedLab() {
  let fake: FakeOxidized
  before(async () => {
    fake = await startFakeOxidized(sampleNodes())
  })
  beforeEach(() =>
    Object.assign(fake, { nodes: sampleNodes(), requests: [], deeds: [], interfere: () => undefined }),
  )
  after(() => fake.close())
  return {
    get fake() {
      return fake
    },
    open: (settings: Record<string, unknown> = {}): Source =>
      openOxidized({
        url: fake.url,
        username: fake.username,
        password: fake.password,
        timeoutSeconds: 5,
        ...settings,
      }),
  }
}
