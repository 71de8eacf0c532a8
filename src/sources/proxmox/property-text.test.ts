import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDisks } from '#sources/proxmox/disks.ts'
import { toInterfaces } from '#sources/proxmox/interfaces.ts'
import {
  isEnabled,
  parseMemory,
  parseSize,
  parseSmbiosUuid,
  parseTags,
} from '#sources/proxmox/property-text.ts'

test('sizes count in 1024s, and what is no size is none', () => {
  assert.deepEqual(
    ['4M', '32G', '1.5T', '512', '2252m'].map(parseSize),
    [4_194_304, 34_359_738_368, 1_649_267_441_664, 512, 2_361_393_152],
  )
  assert.deepEqual([undefined, '', 'big', '-1G'].map(parseSize), [undefined, undefined, undefined, undefined])
})

test('tags are the same however a release separates them', () => {
  for (const text of ['a;b;c', 'c,b,a', 'a b c', 'a, b, c', 'a;;b;c;a'])
    assert.deepEqual(parseTags(text), ['a', 'b', 'c'])
  assert.deepEqual(parseTags(undefined), [])
})

test('an agent is on in every spelling of on', () => {
  assert.deepEqual(['1', '1,type=virtio', 'enabled=1', 'enabled=1,fstrim_cloned_disks=1'].map(isEnabled), [
    true,
    true,
    true,
    true,
  ])
  assert.deepEqual(['0', 'enabled=0', '0,type=isa', '', undefined].map(isEnabled), [
    false,
    false,
    false,
    false,
    false,
  ])
})

test('a uuid that many machines share, or that is none, identifies none', () => {
  const uuid = '4C4C4544-0042-3510-8052-B4C04F4D4E32'
  assert.equal(parseSmbiosUuid(`uuid=${uuid},base64=1,serial=QUJD`), uuid.toLowerCase())
  for (const text of [
    'uuid=00000000-0000-0000-0000-000000000000',
    'uuid=ffffffff-ffff-ffff-ffff-ffffffffffff',
    'uuid=x',
    '',
    undefined,
  ]) {
    assert.equal(parseSmbiosUuid(text), undefined)
  }
})

test('memory is read in its old and its new spelling', () => {
  assert.deepEqual(['2048', 'current=4096', '', 'lots', undefined].map(parseMemory), [
    2048,
    4096,
    undefined,
    undefined,
    undefined,
  ])
})

test('a disk passed through from the host is a disk without a size, a folder of the host is none', () => {
  const { disks, totalBytes } = parseDisks({
    scsi1: '/dev/disk/by-id/ata-X,size=1000G',
    mp0: '/srv,mp=/srv',
    scsi10: 'a:b,size=1G',
    scsi2: 'a:c',
  })
  assert.deepEqual(
    disks.map((disk) => disk['name']),
    ['mp0', 'scsi1', 'scsi2', 'scsi10'],
  )
  assert.equal(totalBytes, undefined)
  assert.equal(parseDisks({ mp0: '/srv,mp=/srv', rootfs: 'a:b,size=1G' }).totalBytes, 1_073_741_824)
})

test('a card tells its MAC by its model’s name or by a name of its own', () => {
  const config = {
    net0: 'virtio=BC:24:11:00:00:0A,bridge=vmbr0',
    net1: 'model=e1000,macaddr=BC:24:11:00:00:0B',
    net10: 'rtl8139',
    net2: 'virtio=FF:FF:FF:FF:FF:FF',
  }
  const shown = toInterfaces(config, []).map(({ name, mac, metadata }) => [name, mac, metadata?.['model']])
  assert.deepEqual(shown, [
    ['net0', 'bc:24:11:00:00:0a', 'virtio'],
    ['net1', 'bc:24:11:00:00:0b', 'e1000'],
    ['net2', undefined, 'virtio'],
    ['net10', undefined, undefined],
  ])
})

test('bonds and VLANs on one card show as its addresses, once', () => {
  const mac = 'bc:24:11:00:00:0a'
  const seen = [
    { name: 'eth0', mac, addresses: ['10.0.0.5/24'] },
    { name: 'eth0.20', mac, addresses: ['10.0.20.5/24', '10.0.0.5/24'] },
    { name: 'veth1a2b', mac: '02:42:00:00:00:01', addresses: ['172.18.0.1/16'] },
  ]
  const [card, ...others] = toInterfaces({ net0: `virtio=${mac},bridge=vmbr0` }, seen)
  assert.deepEqual(card?.addresses, ['10.0.0.5/24', '10.0.20.5/24'])
  assert.equal(card?.metadata?.['guestName'], 'eth0,eth0.20')
  assert.deepEqual(others, [])
})
