import assert from 'node:assert/strict'
import { test } from 'node:test'
import { devicesOf, failing, named, never, onPath, proxmoxLab, reasonOf } from '#test/fakes/proxmox-lab.ts'
import { sampleWorld } from '#test/fakes/proxmox-world.ts'
import { readAll } from '#test/source-contract.ts'

const lab = proxmoxLab()

test('an offline node makes the reading partial, and neither it nor its guests are touched', async () => {
  lab.fake.world.nodes[1]!.state = 'offline'
  const reading = await readAll(lab.open())
  assert.match(reasonOf(reading), /^node pve2 is offline, so it and its 1 guest were not read$/)
  assert.deepEqual(
    devicesOf(reading).map((device) => device.name),
    ['lab', 'pve1', 'web-01', 'debian-12'],
  )
})

test('a node that hangs is asked once, not for every guest', async () => {
  lab.fake.world.nodes[1]!.state = 'hung'
  assert.match(
    reasonOf(await readAll(lab.open())),
    /node pve2 does not answer, so it and its 1 guest were not read/,
  )
  assert.equal(lab.fake.requests.filter((request) => request.includes('/nodes/pve2/')).length, 1)
})

test('a token without VM.Audit sees an empty list, which proves nothing', async () => {
  lab.fake.world.permissions = { '/': { 'Sys.Audit': 1, 'Datastore.Audit': 1 } }
  const reading = await readAll(lab.open())
  assert.match(reasonOf(reading), /the login lacks VM\.Audit on \/ or \/vms, so guests may be hidden from it/)
  assert.equal(devicesOf(reading).length, 3)
})

test('a privilege that is not handed on, or is taken away below, is no full sight', async () => {
  lab.fake.world.permissions['/'] = { ...lab.fake.world.permissions['/'], 'VM.Audit': 0 }
  lab.fake.world.permissions['/vms'] = { 'VM.Audit': 0 }
  assert.match(reasonOf(await readAll(lab.open())), /lacks VM\.Audit on \/ or \/vms/)
  lab.fake.world = sampleWorld()
  lab.fake.world.permissions['/vms/666'] = { 'VM.Console': 1 }
  assert.match(reasonOf(await readAll(lab.open())), /lacks VM\.Audit on \/vms\/666/)
})

test('a token without any right reads nothing and says why', async () => {
  lab.fake.world.permissions = {}
  const reading = await readAll(lab.open())
  assert.match(reasonOf(reading), /VM\.Audit.*Sys\.Audit.*Datastore\.Audit.*state of the cluster/)
  const { warnings } = await lab.open().test(never)
  assert.ok(warnings.length >= 4 && warnings.every((warning) => warning.endsWith('.')), warnings.join(' '))
})

test('storages that are not wanted need no right', async () => {
  lab.fake.world.permissions = Object.fromEntries(
    Object.keys(lab.fake.world.permissions).map((path) => [path, { 'VM.Audit': 1, 'Sys.Audit': 1 }]),
  )
  assert.match(reasonOf(await readAll(lab.open())), /Datastore\.Audit/)
  const reading = await readAll(lab.open({ storage: false }))
  assert.deepEqual(reading.verdict, { complete: true })
  assert.ok(reading.records.every((record) => record.kind === 'device'))
  assert.match(reading.warnings.join(), /may not ask guest agents/)
})

test('lost quorum, an unreadable row and an unavailable storage are gaps', async () => {
  lab.fake.world.quorate = 0
  lab.fake.world.storages.push({ node: 'pve1', storage: 'broken', status: 'unknown', shared: 0 })
  lab.fake.world.guests.push({ type: 'lxc', vmid: -1, node: 'pve1', status: 'stopped', config: {} })
  const reason = reasonOf(await readAll(lab.open()))
  assert.match(reason, /no quorum/)
  assert.match(reason, /1 entries of the cluster could not be understood/)
  assert.match(reason, /not available: pve1\/broken/)
})

for (const state of ['off', 'forbidden'] as const) {
  test(`a guest agent that is ${state} is a warning, and the guest is reported all the same`, async () => {
    lab.guest('web-01').agent = state
    const reading = await readAll(lab.open())
    assert.deepEqual(reading.verdict, { complete: true })
    assert.match(reading.warnings.join(), /101 web-01/)
    const device = named(reading, 'web-01')
    assert.equal(device.interfaces?.[0]?.mac, 'bc:24:11:2e:c5:4a')
    assert.equal(device.vm?.toolsRunning, false)
  })
}

test('an agent that answers with an error instead of a list counts as answering', async () => {
  lab.guest('web-01').agent = { interfaces: { error: { class: 'Unsupported', desc: 'no' } } }
  const reading = await readAll(lab.open())
  assert.deepEqual([reading.warnings, named(reading, 'web-01').vm?.toolsRunning], [[], true])
})

test('an agent is asked only where it is switched on and the machine runs', async () => {
  lab.guest('web-01').config['agent'] = '0'
  await readAll(lab.open())
  assert.deepEqual(
    lab.fake.requests.filter((request) => request.includes('/agent/')),
    [],
  )
  lab.guest('web-01').config['agent'] = '1'
  await readAll(lab.open({ guestAgent: false }))
  assert.deepEqual(
    lab.fake.requests.filter((request) => request.includes('/agent/')),
    [],
  )
})

test('a guest that may not be read, or answers nonsense, makes the reading partial and names it', async () => {
  lab.fake.interfere = onPath(/qemu\/101\/config/, {
    status: 403,
    reason: 'Permission check failed (/vms/101, VM.Audit)',
  })
  assert.match(reasonOf(await readAll(lab.open())), /the login may not read 101 web-01/)
  lab.fake.interfere = onPath(/qemu\/101\/config/, { text: '{"data":["no config"]}' })
  assert.match(reasonOf(await readAll(lab.open())), /could not be read: 101 web-01 \(an answer in a shape/)
})

test('a server that falls silent half way fails the reading, not the guests it did not reach', async () => {
  lab.fake.interfere = onPath(/qemu\/9000\/config/, { status: 500, reason: 'unexpected disaster' })
  assert.match(reasonOf(await readAll(lab.open())), /9000 debian-12 \(unexpected disaster\)/)
  lab.fake.interfere = onPath(/lxc\/102\/config/, { text: '<html>proxy error</html>' })
  await assert.rejects(readAll(lab.open()), failing('SOURCE_ANSWER_INVALID'))
  lab.fake.interfere = onPath(/lxc\/102\/config/, {
    status: 401,
    reason: 'permission denied - invalid token',
  })
  await assert.rejects(readAll(lab.open()), failing('SOURCE_REJECTED_LOGIN'))
})

test('a node that never answers a question counts as away', async () => {
  lab.fake.interfere = onPath(/nodes\/pve2\//, { silent: true })
  assert.match(reasonOf(await readAll(lab.open({ timeoutSeconds: 0.2 }))), /node pve2 does not answer/)
})

test('a wrong token is a rejected login, garbage is an invalid answer, another certificate is not trusted', async () => {
  const wrong = lab.fake.token.replace(/.$/, '0')
  await assert.rejects(readAll(lab.open({ token: wrong })), failing('SOURCE_REJECTED_LOGIN'))
  await assert.rejects(lab.open({ tls: {} }).test(never), failing('SOURCE_NOT_TRUSTED'))
  for (const text of ['{"data":', '<html>', '{}', '{"data":"no list"}', 'null']) {
    lab.fake.interfere = onPath(/cluster\/resources/, { text })
    await assert.rejects(readAll(lab.open()), failing('SOURCE_ANSWER_INVALID'), text)
  }
})

test('an abort in the middle throws its reason untouched', async () => {
  const stop = new AbortController()
  const reason = new Error('enough')
  lab.fake.interfere = (path) => {
    if (path.includes('/lxc/102/')) stop.abort(reason)
    return undefined
  }
  await assert.rejects(readAll(lab.open(), stop.signal), (thrown) => thrown === reason)
})

test('user and password sign in once, a spent ticket is renewed, a second factor is explained', async () => {
  const login = { token: undefined, username: 'rollcall@pve', password: 'correct horse' }
  const reading = await readAll(lab.open(login))
  assert.deepEqual(reading.verdict, { complete: true })
  assert.equal(lab.fake.requests.filter((request) => request.includes('/access/ticket')).length, 1)
  let spent = true
  lab.fake.interfere = (path) => {
    if (!spent || !path.includes('/lxc/102/config')) return undefined
    spent = false
    return { status: 401, reason: 'permission denied - invalid PVE ticket' }
  }
  assert.deepEqual((await readAll(lab.open(login))).verdict, { complete: true })
  await assert.rejects(readAll(lab.open({ ...login, password: 'wrong' })), failing('SOURCE_REJECTED_LOGIN'))
  await assert.rejects(readAll(lab.open({ ...login, username: 'totp@pve' })), /second factor/)
})

test('when the first node does not answer, another one is asked', async () => {
  const reading = await readAll(lab.open({ url: 'https://127.0.0.1:1', alternatives: [lab.fake.url] }))
  assert.deepEqual(reading.verdict, { complete: true })
})
