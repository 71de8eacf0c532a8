import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operations } from '#features/operations.ts'
import { receiveEntries } from '#features/servers/receive-entries.ts'
import { followIdentity, tellIdentity } from '#features/servers/tell-identity.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import type { JsonObject } from '#kernel/json.ts'
import { systemActor } from '#model/actor.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { machine, macOf } from '#test/scripted-source.ts'
import { syncWorld } from '#test/sync-world.ts'

const actor = systemActor('test')
const never = new AbortController().signal

// oxlint-disable-next-line typescript/no-explicit-any -- answers of every shape
type Answer = any

onEachDatabase('what an agent tells of its machine', (fresh) => {
  async function world() {
    const world = syncWorld(await fresh())
    const { context } = world
    const ask = async (name: string, input: object): Promise<Answer> =>
      answerOperation(
        operations.find((each) => each.name === name)!,
        context,
        actor,
        input,
        never,
      )
    const tell = async (id: string, facts: JsonObject) => {
      const at = toMilliseconds(context.clock.now())
      await receiveEntries(context, { actor }, [{ subject: id, at, core: [], told: { facts } }])
      await tellIdentity(context)
    }
    const runs = () => context.db.selectFrom('sync_runs').select('id').execute()
    return { ...world, ask, tell, runs }
  }
  const facts = {
    hostname: 'web-01.example.net',
    os_distribution: 'Debian GNU/Linux',
    os_version: '13',
    vendor: 'QEMU',
    ip_address: '192.0.2.7',
    interfaces: [{ name: 'ens18', mac: macOf(1), addresses: ['192.0.2.7/24'], is_up: true }],
  }

  test('joins the machine that a source knows, and nothing unchanged is written', async () => {
    const { read, ask, tell, runs } = await world()
    await read([[machine(1, { name: 'web-01' })]])
    const [known] = (await ask('device.list', {})).items

    await tell('web-01', facts)

    const server = await ask('server.show', { id: 'web-01' })
    assert.equal(server.device.id, known.id)
    assert.deepEqual(
      [server.hostname, server.osDistribution, server.osVersion, server.ipAddress],
      ['web-01.example.net', 'Debian GNU/Linux', '13', '192.0.2.7'],
    )
    assert.equal(server.deviceLink.setBy, null)
    assert.match(server.deviceLink.decidedBy, /^rule:/)
    assert.equal((await ask('device.list', {})).total, 1)
    assert.equal((await ask('device.list', { q: 'server.name:web-01*' })).total, 1)
    assert.equal((await ask('server.list', { q: 'device.type:vm name:web*' })).total, 1)
    const before = await runs()
    await tell('web-01', { ...facts })
    assert.deepEqual(await runs(), before)
  })

  test('makes a device of what nobody knows, with its cards as hosts and the tags of its invitation', async () => {
    const { ask, tell } = await world()
    const { token } = await ask('agent.invite', { tags: ['lab'] })
    await ask('agent.enrol', { token, hostname: 'web-01.example.net' })

    await tell('web-01', facts)

    const { device } = await ask('server.show', { id: 'web-01' })
    const shown = await ask('device.show', { id: `${device.id}` })
    assert.deepEqual([shown.deviceType, shown.tags], ['vm', ['lab']])
    const [item] = (await ask('server.list', {})).items
    assert.deepEqual(item.device, { ...device, site: null, rack: null, tags: ['lab'] })
    assert.equal((await ask('host.show', { id: macOf(1) })).device.id, device.id)
  })

  test('is missing when its server is deleted, and comes back with it', async () => {
    const { context, ask, tell } = await world()
    await tell('web-01', facts)
    const { device } = await ask('server.show', { id: 'web-01' })
    const statusOf = async () => (await ask('device.show', { id: `${device.id}` })).status
    const before = await statusOf()

    await ask('server.delete', { id: 'web-01' })

    assert.notEqual(await statusOf(), before)
    const changed = context.happenings.filter(({ topic }) => topic === 'device.changed').at(-1)
    assert.deepEqual(changed?.data['ids'], [device.id])
    await tell('web-01', facts)
    assert.notEqual(await statusOf(), before, 'who still sends does not bring it back')

    await ask('server.create', { id: 'web-01' })
    await tell('web-01', facts)

    assert.equal(await statusOf(), before)
    assert.equal((await ask('server.show', { id: 'web-01' })).device.id, device.id)
  })

  test('is followed by its server when machines turn out to be one, and apart again', async () => {
    const { context, read, ask, tell } = await world()
    await read([[machine(2, { name: 'other' })]])
    await tell('web-01', facts)
    const [own, other] = [
      (await ask('server.show', { id: 'web-01' })).device.id,
      (await ask('device.list', { q: 'name:other' })).items[0].id,
    ]
    const deviceOf = async () => {
      await followIdentity(context)
      return (await ask('server.show', { id: 'web-01' })).device.id
    }

    await ask('device.merge', { id: `${other}`, from: [`${own}`] })
    assert.equal(await deviceOf(), other)
    await ask('device.unmerge', { device: `${own}` })
    assert.equal(await deviceOf(), own)
    await ask('server.update', { id: 'web-01', device: `${other}` })
    assert.equal(await deviceOf(), other, 'what a person says stays')
    await ask('server.update', { id: 'web-01', device: null })
    assert.equal(await deviceOf(), own)
  })
})
