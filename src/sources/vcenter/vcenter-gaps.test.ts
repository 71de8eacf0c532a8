import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failing, named, never, reasonOf, vcenterLab } from '#test/fakes/vcenter-lab.ts'
import { largeInventory } from '#test/fakes/vcenter-world.ts'
import { string } from '#test/fakes/vim-xml.ts'
import type { ReportedRecord } from '#model/record.ts'
import { propertyPaths } from '#sources/vcenter/answers.ts'
import { unreadParts } from '#sources/vcenter/unread-parts.ts'
import { readAll, type Reading } from '#test/source-contract.ts'

const lab = vcenterLab()

const machinesOf = ({ records }: Reading): number =>
  records.filter((record) => record.kind === 'device' && record.deviceType === 'vm').length

const times = (method: string): number => lab.fake.requests.filter((request) => request === method).length

/** Every session that was opened was ended, or forgotten by the server itself. */
const assertNobodyLeft = () => assert.equal(lab.fake.open.size, 0, 'a session stayed open')

test('a server that cuts its answers is asked on to the end, also when its token is "0"', async () => {
  lab.fake.inventory = largeInventory(130)
  lab.fake.cut = 20
  const reading = await readAll(lab.open())

  assert.deepEqual(reading.verdict, { complete: true })
  assert.equal(machinesOf(reading), 130)
  assert.ok(times('ContinueRetrievePropertiesEx') >= 6)
})

test('more is asked for at once where that is wanted, and a cut at 100 loses nothing', async () => {
  lab.fake.inventory = largeInventory(130)
  const reading = await readAll(lab.open({ pageSize: 1000 }))

  assert.deepEqual([reading.verdict, machinesOf(reading)], [{ complete: true }, 130])
  // The list, and all objects in two parts.
  assert.deepEqual([times('RetrievePropertiesEx'), times('ContinueRetrievePropertiesEx')], [2, 1])
})

test('a session that is lost in the middle of an answer is opened once more, and nothing is read twice', async () => {
  lab.fake.inventory = largeInventory(130)
  lab.fake.cut = 40
  lab.fake.interfere = (method, count) => {
    if (method === 'ContinueRetrievePropertiesEx' && count === 3) lab.fake.expire()
    return undefined
  }
  const reading = await readAll(lab.open())

  assert.deepEqual([reading.verdict, machinesOf(reading)], [{ complete: true }, 130])
  assert.deepEqual([lab.fake.logins, lab.fake.logouts], [2, 1])
  assertNobodyLeft()
})

test('a session that is lost again and again ends the reading with an error', async () => {
  lab.fake.interfere = (method) => {
    if (method === 'RetrievePropertiesEx') lab.fake.expire()
    return undefined
  }

  await assert.rejects(readAll(lab.open()), failing('SOURCE_REJECTED_LOGIN', /NotAuthenticated/))
  assert.equal(lab.fake.logins, 2)
})

test('a half forgotten session answers with "not authenticated" in place of properties: only a new login helps', async () => {
  lab.fake.missingPaths.set('VirtualMachine guest.net', 'NotAuthenticated')
  lab.fake.interfere = (method, count) => {
    if (method === 'Login' && count === 2) lab.fake.missingPaths.clear()
    return undefined
  }
  const reading = await readAll(lab.open())

  assert.deepEqual(reading.verdict, { complete: true })
  assert.equal(named(reading, 'web-01').address, '192.0.2.42')
  assert.equal(lab.fake.logins, 2)
})

test('a property that the release does not have fails the whole call: it is left out, and said', async () => {
  lab.fake.unknownPaths = new Set(['VirtualMachine config.firmware', 'HostSystem summary.quickStats'])
  const reading = await readAll(lab.open())

  assert.deepEqual(reading.verdict, { complete: true })
  assert.equal(named(reading, 'web-01').facts?.['firmware'], undefined)
  assert.match(
    reading.warnings.join(' '),
    /does not know summary\.quickStats of HostSystem\..*config\.firmware/,
  )
})

test('without a property that tells who a machine is nothing can be proved', async () => {
  lab.fake.unknownPaths = new Set(['VirtualMachine config.instanceUuid'])

  assert.match(reasonOf(await readAll(lab.open())), /does not know VirtualMachine config\.instanceUuid/)
})

test('properties that a right hides make the reading partial and say what is hidden', async () => {
  lab.fake.missingPaths.set('VirtualMachine guest.net', 'NoPermission')
  lab.fake.missingPaths.set('VirtualMachine config.hardware', 'NoPermission')
  const reading = await readAll(lab.open())

  assert.match(reasonOf(reading), /^the login may not read config\.hardware, guest\.net of 5 VirtualMachine$/)
  // What is known of it must not be overwritten by less.
  assert.equal(named(reading, 'web-01').unreadable, true)
})

test('of what is hidden, whatever is kept stays', async () => {
  lab.fake.missingPaths.set('VirtualMachine guest.net', 'NoPermission')
  lab.fake.missingPaths.set('HostSystem config.network.vnic', 'SystemError')
  lab.fake.missingPaths.set('Datastore info', 'NoPermission')
  const reading = await readAll(lab.open())
  const unreadOf = (is: (record: ReportedRecord) => boolean) => reading.records.find(is)?.unread

  assert.deepEqual(named(reading, 'web-01').unread, ['address', 'interfaces.addresses', 'vm.ipAddresses'])
  assert.deepEqual(
    unreadOf((each) => each.kind === 'device' && each.deviceType === 'server'),
    ['interfaces', 'address'],
  )
  assert.deepEqual(
    unreadOf((each) => each.kind === 'volume'),
    ['ids', 'facts.vmfsVersion', 'facts.ssd'],
  )
})

test('every property that is read has a place in a record, and the other way around', () => {
  const without = new Set([
    'name',
    'config.hardware',
    'summary.hardware',
    'summary.quickStats',
    'summary.storage.committed',
  ])
  for (const type of ['ClusterComputeResource', 'HostSystem', 'VirtualMachine', 'Datastore']) {
    for (const path of propertyPaths[type]!) {
      const missing = [{ path, fault: 'NoPermission' }]
      const parts = unreadParts({ object: { type, id: 'x-1' }, missing })
      assert.equal(parts.length > 0, !without.has(path), `${type} ${path}`)
    }
  }
})

test('a property that a failure hides is told, and is a gap where it tells who a machine is', async () => {
  lab.fake.missingPaths.set('VirtualMachine layoutEx', 'SystemError')
  const reading = await readAll(lab.open())
  assert.deepEqual(reading.verdict, { complete: true })
  assert.match(reading.warnings.join(' '), /layoutEx of 5 VirtualMachine could not be read \(SystemError\)/)
  assert.equal(named(reading, 'web-01').vm?.totalSnapshotSizeBytes, undefined)

  lab.fake.missingPaths.set('HostSystem summary.hardware', 'SystemError')
  assert.match(reasonOf(await readAll(lab.open())), /summary\.hardware of 3 HostSystem could not be read/)
})

test('an object the login may not read fails the whole call: the others are read without it', async () => {
  lab.fake.interfere = (method, _, ids) =>
    method === 'RetrievePropertiesEx' && ids.includes('vm-43')
      ? { fault: { type: 'NoPermission', detail: '<object type="VirtualMachine">vm-43</object>' } }
      : undefined
  const reading = await readAll(lab.open())

  assert.equal(reasonOf(reading), 'the login may not read vm-43')
  assert.ok(named(reading, 'web-01'))
})

test('a login without a right at the top sees a part and cannot know what else there is, unless it is meant to', async () => {
  lab.fake.roles = [-3]
  assert.match(reasonOf(await readAll(lab.open())), /no right at the top of the inventory/)
  const { checks, warnings } = await lab.open().test(never)
  const seen = checks?.find(({ name }) => name === 'See the inventory')
  assert.equal(seen?.result, 'limited')
  assert.match(seen?.fix ?? '', /Read-only at the top/)
  assert.match(warnings.join(), /no right at the top/)

  assert.deepEqual((await readAll(lab.open({ seesPart: true }))).verdict, { complete: true })
})

test('a view that may not show the top at all is listed without it', async () => {
  lab.fake.interfere = (method, _, ids) =>
    method === 'RetrievePropertiesEx' && ids.includes('group-d1') && ids.length === 2
      ? { fault: { type: 'NoPermission', detail: '<object type="Folder">group-d1</object>' } }
      : undefined

  assert.match(reasonOf(await readAll(lab.open())), /no right at the top/)
})

test('a machine that is deleted between list and reading is gone, which a second list proves', async () => {
  lab.fake.interfere = (method, count) => {
    if (method === 'RetrievePropertiesEx' && count === 2)
      lab.objects.splice(
        lab.objects.findIndex(({ id }) => id === 'vm-43'),
        1,
      )
    return undefined
  }
  const reading = await readAll(lab.open())

  assert.deepEqual([reading.verdict, machinesOf(reading)], [{ complete: true }, 3])
  assert.equal(times('CreateContainerView'), 2)
})

test('a machine that is called gone and yet listed makes the reading partial', async () => {
  lab.fake.interfere = (method, _, ids) =>
    method === 'RetrievePropertiesEx' && ids.includes('vm-43')
      ? { fault: { type: 'ManagedObjectNotFound', detail: '<obj type="VirtualMachine">vm-43</obj>' } }
      : undefined

  assert.match(reasonOf(await readAll(lab.open())), /came and went while they were read: vm-43/)
})

test('objects that were listed and do not come are asked for once more, and then missed', async () => {
  lab.fake.interfere = (method, count) =>
    method === 'RetrievePropertiesEx' && count > 1
      ? { text: '<e:Envelope xmlns:e="x"><e:Body><RetrievePropertiesExResponse/></e:Body></e:Envelope>' }
      : undefined

  assert.match(reasonOf(await readAll(lab.open())), /\d+ listed objects did not come in the answers/)
  assert.equal(times('RetrievePropertiesEx'), 3)
})

test('an empty inventory proves nothing', async () => {
  lab.objects.length = 0

  assert.match(reasonOf(await readAll(lab.open())), /it named no host/)
})

test('pages that take too long are halved until they come', async () => {
  lab.fake.inventory = largeInventory(60)
  lab.fake.interfere = (method, _, ids) =>
    method === 'RetrievePropertiesEx' && ids.length > 20 ? { silent: true } : undefined
  const reading = await readAll(lab.open({ timeoutSeconds: 0.3, tags: false }))

  assert.deepEqual([reading.verdict, machinesOf(reading)], [{ complete: true }, 60])
})

test('after one slow object pages grow again', async () => {
  lab.fake.inventory = largeInventory(70)
  lab.fake.interfere = (method, _, ids) =>
    method === 'RetrievePropertiesEx' && ids.includes('vm-100001') ? { silent: true } : undefined
  const reading = await readAll(lab.open({ timeoutSeconds: 0.3, pageSize: 4, tags: false }))

  assert.equal(reasonOf(reading), 'these took too long by themselves: vm-100001')
  assert.ok(times('RetrievePropertiesEx') < 50, String(times('RetrievePropertiesEx')))
})

test('a single object that takes too long is missed, many are a server that does not answer', async () => {
  lab.fake.interfere = (method, _, ids) =>
    method === 'RetrievePropertiesEx' && ids.includes('vm-43') ? { silent: true } : undefined
  const settings = { timeoutSeconds: 0.3, pageSize: 1, tags: false }
  assert.equal(reasonOf(await readAll(lab.open(settings))), 'these took too long by themselves: vm-43')

  lab.fake.interfere = (method, count) =>
    method === 'RetrievePropertiesEx' && count > 3 ? { silent: true } : undefined
  await assert.rejects(readAll(lab.open(settings)), failing('SOURCE_TIMEOUT'))
  assertNobodyLeft()
})

test('a server that is busy for a moment is asked again; an answer that breaks off is asked for again as a whole', async () => {
  lab.fake.cut = 5
  lab.fake.interfere = (method, count) =>
    (method === 'RetrievePropertiesEx' && count === 2) ||
    (method === 'ContinueRetrievePropertiesEx' && count === 2)
      ? { status: 503, text: 'Service Unavailable' }
      : undefined
  const reading = await readAll(lab.open())

  assert.deepEqual([reading.verdict, machinesOf(reading)], [{ complete: true }, 4])
})

test('a server that stays busy is unreachable', async () => {
  lab.fake.interfere = () => ({ status: 503, text: 'Out of HTTP sessions: Limited to 2000' })

  await assert.rejects(readAll(lab.open()), failing('SOURCE_UNREACHABLE', /503.*Out of HTTP sessions/))
})

test('an error ends the session, and so does a stop in the middle', async () => {
  lab.fake.interfere = (method, count) =>
    method === 'RetrievePropertiesEx' && count === 2 ? { status: 400, text: 'no' } : undefined
  await assert.rejects(readAll(lab.open()), failing('SOURCE_ANSWER_INVALID'))
  assert.deepEqual([lab.fake.logins, lab.fake.logouts], [1, 1])

  const stop = new AbortController()
  const reason = new Error('enough')
  lab.fake.interfere = (method, count) => {
    if (method !== 'RetrievePropertiesEx' || count < 4) return undefined
    stop.abort(reason)
    return { silent: true }
  }
  await assert.rejects(readAll(lab.open(), stop.signal), (thrown) => thrown === reason)
  assert.deepEqual([lab.fake.logins, lab.fake.logouts], [2, 2])

  const pages = lab.open().read(never)
  lab.fake.interfere = () => undefined
  await pages.next()
  await pages.return({ complete: false, reason: 'nobody wants more' })
  assert.deepEqual([lab.fake.logins, lab.fake.logouts], [3, 3])
  assertNobodyLeft()
})

test('a stop while signing in leaves no session behind', async () => {
  const stop = new AbortController()
  lab.fake.interfere = (method) => {
    if (method === 'Login') stop.abort(new Error('enough'))
    return undefined
  }

  await assert.rejects(readAll(lab.open(), stop.signal), (thrown) => thrown === stop.signal.reason)
  assert.deepEqual([lab.fake.logins, lab.fake.logouts], [1, 1])
})

test('tags that fail for a moment end the reading, because tags do not come and go', async () => {
  lab.fake.interfere = (method) =>
    method.startsWith('POST /api/cis') ? { status: 503, text: 'busy' } : undefined
  await assert.rejects(readAll(lab.open()), failing('SOURCE_UNREACHABLE'))
  assertNobodyLeft()

  lab.fake.interfere = (method) => (method === 'POST /api/session' ? { status: 403, text: '{}' } : undefined)
  const reading = await readAll(lab.open())
  assert.deepEqual(reading.verdict, { complete: true })
  assert.match(reading.warnings.join(), /Tags were not read: the login may not use the interface/)
  assert.ok(reading.records.every(({ unread }) => unread?.includes('facts.tags')))
  const { checks } = await lab.open().test(never)
  assert.match(checks?.find(({ name }) => name === 'Read tags')?.fix ?? '', /set tags to false/)
})

test('a machine of a host that stands alone cannot be told from another without its file, so nothing is proved', async () => {
  lab.fake.apiType = 'HostAgent'
  const reading = await readAll(lab.open())

  assert.match(reasonOf(reading), /the files of these machines cannot be read now: old-44/)
  assert.equal(named(reading, 'old-44'), undefined)
})

test('a kind of object that nobody asked for makes the list doubtful', async () => {
  lab.objects.push({ type: 'Hologram', id: 'holo-1', properties: { name: string('x') } })

  assert.match(reasonOf(await readAll(lab.open())), /its list has 1 object of a kind that was not asked for/)
})
