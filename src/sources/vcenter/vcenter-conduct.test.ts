import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { failing, named, never, openVcenter, vcenterLab, volume } from '#test/fakes/vcenter-lab.ts'
import { largeInventory } from '#test/fakes/vcenter-world.ts'
import { readAll } from '#test/source-contract.ts'

const lab = vcenterLab()

test('of a host that stands alone ids hang on its hardware, and on the machine’s own id', async () => {
  lab.fake.apiType = 'HostAgent'
  for (const { type, id } of lab.objects.slice()) {
    const isElsewhere = ['HostSystem', 'ClusterComputeResource'].includes(type) && id !== 'host-16'
    if (isElsewhere || id === 'vm-44')
      lab.objects.splice(
        lab.objects.findIndex((each) => each.id === id),
        1,
      )
  }
  const reading = await readAll(lab.open())
  const hardware = '4c4c4544-0031-3510-8056-b7c04f573233'

  assert.deepEqual(reading.verdict, { complete: true })
  assert.equal(named(reading, '198.51.100.16').sourceId, `${hardware}/host-16`)
  const { sourceId, facts } = named(reading, 'web-01')
  assert.equal(sourceId, `${hardware}/vm-42/501e8f3a-9c1d-4b5e-8f60-000000000042`)
  assert.deepEqual(
    [facts?.['vcenter'], facts?.['datacenter'], facts?.['tags']],
    [undefined, undefined, undefined],
  )
  assert.ok(volume(reading, 'ssd-01').usedBy?.includes(sourceId))
  assert.ok(!lab.fake.requests.some((request) => request.includes('session')))
})

test('tags are read by the interface of release 6 as well, and not at all where there is none', async () => {
  lab.fake.tags.dialect = 'rest'
  assert.deepEqual(named(await readAll(lab.open()), 'web-01').facts?.['tags'], ['OS:Linux'])

  lab.fake.tags.dialect = 'none'
  const reading = await readAll(lab.open())
  assert.deepEqual(reading.verdict, { complete: true })
  assert.match(reading.warnings.join(), /Tags were not read: this server has no interface for them/)

  assert.equal(named(await readAll(lab.open({ tags: false })), 'web-01').facts?.['tags'], undefined)
  assert.equal(lab.fake.tags.sessions.size, 0)
})

test('one login a reading, ended by a logout, and few questions', async () => {
  await readAll(lab.open({ tags: false }))

  const { logins, logouts, open, requests } = lab.fake
  assert.deepEqual([logins, logouts, open.size], [1, 1, 0])
  assert.deepEqual(requests, [
    'GET /sdk/vimServiceVersions.xml',
    'RetrieveServiceContent',
    'Login',
    'CreateContainerView',
    'RetrievePropertiesEx',
    'DestroyView',
    'RetrievePropertiesEx',
    'Logout',
  ])
})

test('hundreds of machines take one question for each hundred objects, and the first are told before the last are read', async () => {
  lab.fake.inventory = largeInventory(500)
  const pages = lab.open({ tags: false }).read(never)
  const asked: number[] = []
  for await (const { records } of pages) {
    if (records.length > 0)
      asked.push(lab.fake.requests.filter((request) => request.startsWith('Retrieve')).length)
  }

  const objects = lab.fake.inventory.list().length
  assert.equal(asked.at(-1), 2 + Math.ceil((objects - 1) / 100))
  assert.deepEqual(asked.slice(0, 3), [3, 4, 5])
})

test('the connection test tells on one screen what a reading needs', async () => {
  const { message, warnings, checks } = await lab.open().test(never)

  assert.equal(
    message,
    'VMware vCenter Server 8.0.2 build-22617221: 1 cluster, 3 hosts, 5 virtual machines, 3 datastores.',
  )
  assert.deepEqual(warnings, [])
  assert.deepEqual(
    checks?.map(({ name, result, detail }) => `${name} ${result} ${detail}`),
    [
      'Sign in ok As rollcall@vsphere.local.',
      'See the inventory ok All of it.',
      'Read clusters ok 1 cluster.',
      'Read hosts ok 3 hosts.',
      'Read virtual machines ok 5 virtual machines.',
      'Read datastores ok 3 datastores.',
      'Read tags ok Its interface for tags answers.',
    ],
  )
  assert.equal(lab.fake.open.size, 0)
})

test('a wrong password, a page that is no vCenter and nobody at all are told apart', async () => {
  await assert.rejects(
    lab.open({ password: 'wrong horse battery' }).test(never),
    failing('SOURCE_REJECTED_LOGIN', /InvalidLogin/),
  )
  lab.fake.interfere = () => ({ status: 200, text: '<html><body>Welcome</body></html>' })
  await assert.rejects(readAll(lab.open()), failing('SOURCE_ANSWER_INVALID'))
  await assert.rejects(
    readAll(openVcenter({ url: 'http://127.0.0.1:9', username: 'a', password: 'battery' })),
    failing('SOURCE_UNREACHABLE'),
  )
})

test('an address with /sdk behind it is the same', async () => {
  assert.deepEqual((await readAll(lab.open({ url: `${lab.fake.url}/sdk/` }))).verdict, { complete: true })
})

test('a recording holds no secret, and gives the same records without the network', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'rollcall-vcenter-'))
  try {
    lab.fake.cut = 7
    const told = await readAll(lab.open({ record: folder }))
    const texts = await Promise.all(
      (await readdir(folder)).map((file) => readFile(path.join(folder, file), 'utf8')),
    )
    const sessions = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\]view/
    assert.ok(texts.length > 6 && texts.every((text) => !/battery/.test(text) && !sessions.test(text)))

    const settings = { url: 'https://vc.example.net', tls: {}, replay: folder }
    const replayed = await readAll(lab.open(settings))
    assert.deepEqual(replayed, told)
  } finally {
    await rm(folder, { recursive: true })
  }
})
