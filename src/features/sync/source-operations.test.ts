import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rolePermissions, type Actor, type Role } from '#model/actor.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { failing } from '#test/http-lab.ts'
import { assetList, dnsmasqLeases, sourceWorld } from '#test/source-world.ts'

const inFile = `
sources:
  - { name: assets, type: csv, path: ./assets.csv, schedule: "@daily" }
  - { name: lab, type: proxmox, url: "https://pve.example.net:8006", username: ro@pve, password: swordfish }
`
const newKea = {
  name: 'leases',
  type: 'kea',
  settings: { url: 'http://kea.example.net:8000', username: 'ro', password: 'hunter2-secret' },
  schedule: '*/10 * * * *',
}

const personOf = (role: Role): Actor => ({
  kind: 'user',
  name: role,
  role,
  permissions: new Set(rolePermissions[role]),
})

onEachDatabase('sources', (fresh) => {
  test('of the file, of the database and the built-in one are one list, page by page', async () => {
    const { ask } = sourceWorld(await fresh(), inFile)
    await ask('source.create', newKea)

    const whole = await ask('source.list')
    const first = await ask('source.list', { limit: 3 })
    const rest = await ask('source.list', { limit: 3, cursor: first.nextCursor })

    assert.deepEqual(
      whole.items.map((each: Record<string, unknown>) => [each['name'], each['origin'], each['readOnly']]),
      [
        ['assets', 'file', true],
        ['lab', 'file', true],
        ['leases', 'database', false],
        ['this-machine', 'file', true],
      ],
    )
    assert.equal(whole.total, 4)
    assert.deepEqual([...first.items, ...rest.items], whole.items)
    assert.equal(rest.nextCursor, null)
  })

  test('show when they run next, and nothing of their secrets', async () => {
    const { ask } = sourceWorld(await fresh(), inFile)
    await ask('source.create', newKea)

    const lab = await ask('source.show', { name: 'lab' })
    const leases = await ask('source.show', { name: 'leases' })

    assert.deepEqual([lab.settings.password, lab.nextRunAt, lab.system], ['(set)', null, 'proxmox'])
    assert.deepEqual(leases.settings, { ...newKea.settings, password: '(set)' })
    assert.deepEqual(
      [leases.schedule, leases.nextRunAt, leases.enabled, leases.records, leases.lastRun, leases.version],
      ['*/10 * * * *', '2026-01-01T00:10:00.000Z', true, 0, null, 1],
    )
    assert.doesNotMatch(JSON.stringify(await ask('source.list')), /swordfish|hunter2/)
  })

  test('keep their secrets sealed at rest and out of events and the audit trail', async () => {
    const { ask, context } = sourceWorld(await fresh())
    await ask('source.create', newKea)
    await ask('source.update', { name: 'leases', settings: { password: 'hunter2-other' } })

    const everything = JSON.stringify([
      await context.db.selectFrom('sources').selectAll().execute(),
      context.happenings,
      context.audited,
    ])

    assert.doesNotMatch(everything, /hunter2/)
    assert.match(everything, /source.changed/)
  })

  test('of one name cannot be added twice, nor over a source of the file', async () => {
    const { ask } = sourceWorld(await fresh(), inFile)
    await ask('source.create', newKea)

    await assert.rejects(ask('source.create', newKea), failing('ALREADY_EXISTS', /leases/))
    await assert.rejects(ask('source.create', { ...newKea, name: 'lab' }), failing('ALREADY_EXISTS'))
    await assert.rejects(
      ask('source.create', { ...newKea, name: 'discover' }),
      failing('INPUT_INVALID', /kept for a source of type scan/),
    )
  })

  test('of the database give way to one of the same name in the file', async () => {
    const opened = await fresh()
    await sourceWorld(opened).ask('source.create', { ...newKea, name: 'assets' })

    const { ask } = sourceWorld(opened, inFile)

    assert.equal((await ask('source.show', { name: 'assets' })).type, 'csv')
    assert.equal((await ask('source.list')).total, 3)
  })

  test('refuse settings by field, value and expectation, all at once and without secrets', async () => {
    const { ask } = sourceWorld(await fresh())
    const settings = { url: 'ftp://x', password: 123456789, pagesize: 10 }

    const refused: { complaints: object[]; message: string } = await ask('source.create', {
      ...newKea,
      settings,
    }).catch((error: unknown) => error)

    assert.deepEqual(refused.complaints, [
      {
        path: 'settings.url',
        value: 'ftp://x',
        expected: 'an http or https address without user and password in it',
      },
      { path: 'settings.password', value: '[redacted]', expected: 'string' },
      { path: 'settings.pagesize', expected: 'no setting of this name; did you mean pageSize?' },
    ])
    assert.doesNotMatch(refused.message, /123456789/)
    await assert.rejects(
      ask('source.create', { ...newKea, type: 'kae' }),
      failing('INPUT_INVALID', /no source type kae/),
    )
    await assert.rejects(ask('source.create', { ...newKea, schedule: 'daily' }), failing('INPUT_INVALID'))
    await assert.rejects(ask('source.create', { ...newKea, name: '../x' }), failing('INPUT_INVALID'))
  })

  test('refuse settings that contradict each other', async () => {
    const { ask } = sourceWorld(await fresh())

    await assert.rejects(
      ask('source.create', { ...newKea, settings: { url: 'http://a.example', path: '/leases.csv' } }),
      failing('INPUT_INVALID', /either path or url/),
    )
    await assert.rejects(
      ask('source.create', { name: 'pve', type: 'proxmox', settings: { url: 'https://pve.example.net' } }),
      failing('INPUT_INVALID', /settings .*a token, or username and password/),
    )
  })

  test('take back a secret that is only said to be set, a new one, and null for none', async () => {
    const { ask, context } = sourceWorld(await fresh())
    const created = await ask('source.create', newKea)
    const storedPassword = async () =>
      JSON.parse(
        (await context.db.selectFrom('sources').select('settings').executeTakeFirstOrThrow()).settings,
      ).password as string
    const sealed = await storedPassword()

    const moved = await ask('source.update', {
      name: 'leases',
      settings: { ...created.settings, url: 'http://other.example.net' },
    })
    assert.deepEqual(moved.settings, { ...created.settings, url: 'http://other.example.net' })
    assert.equal(await storedPassword(), sealed)

    await ask('source.update', { name: 'leases', settings: { password: 'another' } })
    assert.equal(context.secrets.open(await storedPassword()), '"another"')

    const bare = await ask('source.update', { name: 'leases', settings: { password: null, username: null } })
    assert.deepEqual(bare.settings, { url: 'http://other.example.net' })
    await assert.rejects(
      ask('source.update', { name: 'leases', settings: { password: '(set)' } }),
      failing('INPUT_INVALID', /settings.password is \(set\), but none is kept/),
    )
  })

  test('are changed only by whoever saw the newest version, and not written for nothing', async () => {
    const { ask, context } = sourceWorld(await fresh())
    const created = await ask('source.create', newKea)
    context.clock.advance(1000)

    const same = await ask('source.update', { name: 'leases', settings: created.settings, enabled: true })
    assert.equal(same.version, 1)
    assert.equal(context.happenings.length, 1)

    const off = await ask('source.update', {
      name: 'leases',
      enabled: false,
      schedule: null,
      expectedVersion: 1,
    })
    assert.deepEqual([off.enabled, off.schedule, off.nextRunAt, off.version], [false, null, null, 2])
    const late = { name: 'leases', expectedVersion: 1 }
    await assert.rejects(ask('source.update', { ...late, enabled: true }), failing('CHANGED_SINCE'))
    await assert.rejects(ask('source.delete', late), failing('CHANGED_SINCE'))
  })

  test('of the file and the built-in one are read-only, with a word where to change them', async () => {
    const { ask, context } = sourceWorld(await fresh(), inFile)
    const hint = async (asked: Promise<unknown>): Promise<string> =>
      asked.then(
        () => 'nothing was refused',
        ({ code, hint }: { code: string; hint: string }) => `${code} ${hint}`,
      )

    const file = await hint(ask('source.update', { name: 'lab', enabled: false }))

    assert.ok(file.startsWith(`READ_ONLY Change it in ${context.config.file}`), file)
    assert.equal(await hint(ask('source.delete', { name: 'lab' })), file)
    assert.match(
      await hint(ask('source.delete', { name: 'this-machine' })),
      /^READ_ONLY Add a source of type local/,
    )
  })

  test('of type local take the place of the built-in one, also under its name', async () => {
    const { ask } = sourceWorld(await fresh())

    const own = await ask('source.create', {
      name: 'this-machine',
      type: 'local',
      settings: { leaseFiles: false },
    })
    assert.deepEqual([own.readOnly, own.schedule], [false, null])
    assert.equal((await ask('source.list')).total, 1)

    await ask('source.delete', { name: 'this-machine' })
    const builtIn = await ask('source.show', { name: 'this-machine' })
    assert.deepEqual([builtIn.readOnly, builtIn.schedule], [true, '*/15 * * * *'])
  })

  test('that are not there are not found, with the name that was probably meant', async () => {
    const { ask } = sourceWorld(await fresh(), inFile)

    await assert.rejects(ask('source.show', { name: 'asets' }), (error: { hint: string }) => {
      assert.equal(error.hint, 'Did you mean assets?')
      return failing('NOT_FOUND')(error)
    })
  })

  test('count relative paths from the folder of the configuration file', async () => {
    const { ask, file } = sourceWorld(await fresh())
    const path = file('list.csv', assetList)

    const { settings } = await ask('source.create', {
      name: 'list',
      type: 'csv',
      settings: { path: 'list.csv' },
    })

    assert.equal(settings.path, path)
  })

  test('are read by a job that names them: the given ones or every enabled one', async () => {
    const { ask, context } = sourceWorld(await fresh(), inFile)
    await ask('source.create', { ...newKea, enabled: false })
    const wanted = async (jobId: number) => {
      const row = await context.db
        .selectFrom('jobs')
        .select(['action', 'parameters', 'requested_by'])
        .where('id', '=', jobId)
        .executeTakeFirstOrThrow()
      return { ...row, parameters: JSON.parse(row.parameters) as object }
    }

    const all = await wanted((await ask('source.sync')).jobId)
    const some = await wanted((await ask('source.sync', { names: ['lab', 'assets', 'lab'] })).jobId)

    assert.deepEqual(all, {
      action: 'sync',
      parameters: { sources: ['assets', 'lab', 'this-machine'] },
      requested_by: 'system:test',
    })
    assert.deepEqual(some.parameters, { sources: ['lab', 'assets'] })
    await assert.rejects(ask('source.sync', { names: ['lab', 'nope'] }), failing('NOT_FOUND', /nope/))
    await assert.rejects(ask('source.sync', { names: ['leases'] }), failing('CONFLICT', /leases/))
  })

  test('are shown to viewers, read by operators, changed by admins', async () => {
    const { ask, file } = sourceWorld(await fresh())
    const path = file('leases', dnsmasqLeases)
    const home = { name: 'home', type: 'dnsmasq', settings: { path } }
    const [viewer, operator, admin] = (['viewer', 'operator', 'admin'] as const).map(personOf)

    await assert.rejects(ask('source.create', home, operator), failing('FORBIDDEN'))
    await ask('source.create', home, admin)
    assert.equal((await ask('source.show', { name: 'home' }, viewer)).settings.path, path)
    await assert.rejects(ask('source.test', { name: 'home' }, viewer), failing('FORBIDDEN'))
    assert.equal((await ask('source.test', { name: 'home' }, operator)).ok, true)
    await assert.rejects(ask('source.try', home, operator), failing('FORBIDDEN'))
  })
})
