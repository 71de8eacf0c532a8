import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conflictsText } from '#features/devices/conflict-text.ts'
import { deviceText } from '#features/devices/device-text.ts'
import { onSqlite } from '#test/each-database.ts'
import { inventoryWorld } from '#test/inventory-world.ts'
import { machine } from '#test/scripted-source.ts'

const board = { serial: 'CZJ1234XYZ', vendor: 'Dell Inc.', deviceType: 'server' as const }

onSqlite('a device on the command line', (fresh) => {
  test('tells every value with who says it, what others say, and why its records are one', async () => {
    const { read, ask } = inventoryWorld(await fresh())
    const guest = { type: 'hosts' as const, other: 'child' as const, sourceId: 'vm-2' }
    await read([[machine(1, { ...board, os: 'Debian 12', relationships: [guest] }), machine(2)]])
    await read([[machine(1, { ...board, os: 'Debian 13\nname forged' })]], { name: 'dc', system: 'foreman' })

    const lines = deviceText(await ask('device.show', { id: 'web-01' })).split('\n')

    assert.equal(lines[0], 'web-01 (device 1): server, active')
    const told = lines.map((line) => line.trim().replaceAll(/ {2,}/g, ' | '))
    for (const line of [
      'os | Debian 12 | lab: most believed source; sources disagree',
      'Debian 13 name forged | says dc',
      'hosts | web-02 (device 2) | says lab | relationship 1',
      'Same serial number as web-01 of lab: CZJ1234XYZ',
    ])
      assert.ok(told.includes(line), `${line} is not among\n${told.join('\n')}`)
    assert.equal(lines.filter((line) => line.startsWith('name')).length, 0)
    assert.match(conflictsText(await ask('conflict.list')), /os +Debian 12 +lab, counts\n +Debian 13/)
  })
})
