import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mergePortLinks, toPortLink } from '#features/sync/link-ports.ts'
import type { PortLink } from '#features/sync/link-ports.ts'

test('a line is one, although both sides tell of it and spell its ports differently', () => {
  const told = [
    toPortLink({ localPort: 'GigabitEthernet1/0/4', remotePort: 'eno1', protocol: 'lldp' }, 'parent'),
    toPortLink({ localPort: 'eno1', remotePort: 'Gi1/0/4', protocol: 'lldp' }, 'child'),
    toPortLink({ remotePort: 'gi1/0/4', protocol: 'fdb', vlan: 10 }, 'child'),
  ]

  assert.deepEqual(mergePortLinks(told), [
    { parentPort: 'GigabitEthernet1/0/4', childPort: 'eno1', protocols: ['fdb', 'lldp'], vlan: 10 },
  ])
})

test('two lines between the same devices stay two', () => {
  const told = [
    toPortLink({ localPort: 'Te1/1', remotePort: 'Te2/1', protocol: 'lldp' }, 'parent'),
    toPortLink({ localPort: 'Te1/2', remotePort: 'Te2/2', protocol: 'lldp' }, 'parent'),
  ]

  assert.equal(mergePortLinks(told).length, 2)
})

test('ports that nobody told are no ports', () => {
  assert.deepEqual(toPortLink({ localPort: ' ', remotePort: 4 as never }, 'parent'), { protocols: [] })
  assert.deepEqual(toPortLink(undefined, 'child'), { protocols: [] })
})

test('the order in which lines are told does not matter', () => {
  const port = fc.option(fc.constantFrom('Gi1/0/1', 'GigabitEthernet1/0/1', 'Gi1/0/2', 'eth0', 'eth1'), {
    nil: undefined,
  })
  const link: fc.Arbitrary<PortLink> = fc
    .record({ parentPort: port, childPort: port, protocol: fc.constantFrom('lldp', 'cdp', 'fdb') })
    .map(({ protocol, ...ports }) => ({ ...ports, protocols: [protocol] }))
  fc.assert(
    fc.property(fc.array(link, { maxLength: 8 }), fc.infiniteStream(fc.nat()), (links, order) => {
      const shuffled = links
        .map((each) => [order.next().value as number, each] as const)
        .toSorted(([left], [right]) => left - right)
        .map(([, each]) => each)
      assert.deepEqual(mergePortLinks(shuffled), mergePortLinks(links))
    }),
  )
})
