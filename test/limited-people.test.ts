import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenDatabase } from '#database/open.ts'
import { permissionsOf } from '#features/access/rights.ts'
import type { Context } from '#features/context.ts'
import { appendAudit } from '#features/audit/append-audit.ts'
import { decide } from '#features/identity/decision-queries.ts'
import { saveReviews } from '#features/identity/review-queries.ts'
import { exportDevices } from '#features/inventory/export-devices.ts'
import { operations } from '#features/operations.ts'
import { AppError } from '#kernel/errors.ts'
import { type Actor, systemActor } from '#model/actor.ts'
import type { Permission } from '#model/actor.ts'
import type { ReportedVolume } from '#model/record.ts'
import { sourceTypes } from '#sources/sources.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { addJob } from '#test/job-world.ts'
import { machine, macOf } from '#test/scripted-source.ts'
import { syncWorld } from '#test/sync-world.ts'

const admin = systemActor('test')
/** Everything that is not an admin's alone may be done by somebody who sees only what is tagged `ours`. */
const limited: Actor = {
  kind: 'user',
  name: 'lim@example.net',
  userId: 'lim',
  role: 'operator',
  permissions: permissionsOf({ role: 'operator' }),
  tags: ['ours'],
}
const never = new AbortController().signal

// oxlint-disable-next-line typescript/no-explicit-any -- the walk looks into answers of every shape
type Answer = any

/** What the machine that is not shown has, and uses together with nobody. */
const hiddenVolumes: ReportedVolume[] = ['hidden-pool', 'hidden-lun'].map((name) => ({
  kind: 'volume',
  sourceId: name,
  name,
  volumeType: name === 'hidden-pool' ? 'pool' : 'lun',
  storageArray: 'hidden-array',
  deviceSourceId: 'vm-2',
  usedBy: ['vm-2'],
  ids: [`naa:${name}`],
}))

/** Two machines of which the limited person sees one; whatever names the other one says `hidden`. */
async function twoMachines(opened: OpenDatabase) {
  const world = syncWorld(opened)
  const context = { ...world.context, sourceTypes }
  const ask = async (name: string, input: object, actor: Actor = admin): Promise<Answer> =>
    answerOperation(
      operations.find((each) => each.name === name)!,
      context,
      actor,
      input,
      never,
    )
  const first = machine(1, { name: 'shown' })
  await world.read([[first]])
  const hidden = [
    machine(2, { name: 'hidden-box', serial: 'HIDDEN-1' }),
    machine(3, { name: 'hidden-two', serial: 'HIDDEN-2' }),
  ]
  const facts = [{ deviceSourceId: 'vm-2', collectedAt: context.clock.now(), facts: { role: 'hidden-role' } }]
  const configs = ['hidden one\n', 'hidden two\n'].map((text) => ({
    deviceSourceId: 'vm-2',
    text,
    retrievedAt: context.clock.now(),
    metadata: { author: 'hidden-author' },
  }))
  await world.read([{ records: [first, ...hidden, ...hiddenVolumes], facts, configs }])
  const id = async (name: string): Promise<number> =>
    (await ask('device.list', { q: `name:${name}` })).items[0].id
  const [shown, box, two] = [await id('shown'), await id('hidden-box'), await id('hidden-two')]
  await ask('field.create', { name: 'team', label: 'Team', type: 'text' })
  await ask('device.tag', { ids: [shown], add: ['ours'] })
  await ask('device.tag', { ids: [box, two], add: ['hidden-tag'] })
  await ask('device.update', {
    id: `${box}`,
    owner: 'hidden-owner',
    site: 'hidden-site',
    custom: { team: 'hidden-team' },
  })
  const note = await ask('note.create', { id: `${box}`, body: 'hidden note' })
  await ask('relationship.create', { parent: `${box}`, child: `${shown}`, type: 'connects_to' })
  await ask('relationship.create', { parent: `${box}`, child: `${two}`, type: 'connects_to' })
  const edges = (await ask('device.show', { id: `${two}` })).relationships
  const hiddenRecords = []
  for (const device of [box, two])
    hiddenRecords.push((await ask('device.show', { id: `${device}` })).records[0].id)
  const locked = { field: 'owner', kind: 'lock', device: `${box}`, value: 'hidden-owner' }
  const rule = (await ask('fieldrule.set', locked)).id
  const host = await ask('host.show', { id: macOf(2) })
  await ask('host.update', { id: macOf(2), notes: 'hidden host note' })
  const findings = (await ask('finding.list', {})).items
  const finding = findings.find((each: Answer) => each.device?.id === box)
  const aboutBox = {
    status: 'failed',
    device_id: box,
    row_key: 'hidden-box',
    input: '{"name":"hidden-box"}',
    error_code: 'SOURCE_TIMEOUT',
    error_message: 'hidden-box did not answer',
  }
  const now = context.clock.now()
  const name = 'Tag hidden-box'
  const job = await addJob(opened, now, { name, by: admin, status: 'failed' }, [aboutBox])
  // Asked for when its requester saw more than today.
  const ownJob = await addJob(opened, now, { by: limited, status: 'failed' }, [
    aboutBox,
    { status: 'failed', device_id: shown, error_code: 'SOURCE_TIMEOUT' },
  ])
  const plan = { action: 'tag', parameters: { add: ['hidden-tag'] }, cron: '@daily' }
  const rowsFrom = { kind: 'ids', ids: [box] }
  const schedule = await ask('schedule.create', { name: 'hidden plan', ...plan, rowsFrom })
  const line = { actor: 'admin', operation: 'job.row', message: 'hidden-box failed', rowNumber: 1 }
  await appendAudit(opened.db, context.clock, [
    { ...line, jobId: job },
    { ...line, jobId: ownJob },
  ])
  return {
    context,
    ask,
    job,
    ownJob,
    schedule: schedule.id,
    shown,
    box,
    two,
    note: note.id,
    ...(await undecided(context, hiddenRecords)),
    host: host.id,
    finding: finding.id,
    rule,
    edge: edges[0].id,
    volume: (await ask('volume.list', { q: 'hidden-lun' })).items[0].id,
  }
}

/** What waits for a person about records that are not shown, and what one decided. */
async function undecided({ db, engine, clock }: Context, [left, right]: number[]) {
  const author = { engine, now: clock.now(), syncId: 'test', system: 'x', identifier: null, by: 'hidden' }
  return db.transaction().execute(async (transaction) => {
    const pair = { left: left!, right: right! }
    await saveReviews(
      transaction,
      author,
      [{ kind: 'clone', ...pair, score: 0.5, evidence: 'hidden' }],
      [left!],
    )
    const { made } = await decide(transaction, author, 'apart', [[left!, right!]], 'hidden')
    const { id } = await transaction.selectFrom('identity_reviews').select('id').executeTakeFirstOrThrow()
    return { review: id, decision: made[0]!, record: left! }
  })
}

type World = Awaited<ReturnType<typeof twoMachines>>

/** What each reading operation is asked, beside nothing: every way to the machine that is not shown. */
const readings = ({
  shown,
  box,
  job,
  ownJob,
  schedule,
  review,
  volume,
}: World): Record<string, object[]> => ({
  'action.list': [{}],
  'address.show': [{ address: '192.0.2.2' }],
  'audit.list': [],
  'conflict.list': [{}, { device: `${box}` }, { q: 'hidden' }],
  'change.list': [{}, { device: `${box}` }, { q: 'site:hidden*' }, { runId: 2 }, { source: 'lab' }],
  'configuration.diff': [{ id: `${box}` }, { id: 'hidden-box' }],
  'configuration.list': [{ id: `${shown}` }, { id: `${box}` }, { id: 'hidden-box' }],
  'configuration.show': [{ id: `${shown}` }, { id: `${box}` }, { id: 'hidden-box', version: 1 }],
  'device.facts': [{ id: `${shown}` }, { id: `${box}` }, { id: 'hidden-box' }],
  'device.history': [{ id: `${shown}` }, { id: `${box}` }, { id: 'hidden-box' }],
  'device.list': [
    {},
    { q: 'hidden' },
    { q: 'parent.name:hidden*' },
    { q: 'status:retired or site:hidden*' },
    { sort: '-name' },
  ],
  'device.path': [
    { from: `${shown}`, to: `${box}` },
    { from: 'shown', to: 'hidden-box' },
    { from: `${shown}`, to: `${shown}` },
  ],
  'device.storage': [{ id: `${shown}` }, { id: `${box}` }],
  'device.show': [
    { id: `${shown}` },
    { id: `${box}` },
    { id: 'hidden-box' },
    { id: macOf(2) },
    { id: '192.0.2.2' },
  ],
  'db.backups': [],
  'decision.list': [{}, { undone: true }, { q: 'hidden' }],
  'db.status': [],
  'field.list': [{}],
  'fieldrule.list': [{}, { device: `${box}` }],
  'finding.list': [{}, { resolved: false }, { kind: 'new-device' }],
  'host.list': [{}, { q: 'hidden' }, { status: 'pending' }],
  'host.show': [{ id: macOf(1) }, { id: macOf(2) }],
  'inventory.diff': [{ from: '2020-01-01' }],
  'error.list': [{}],
  'job.errors': [{ id: job }, { id: ownJob }],
  'job.list': [{}, { q: 'hidden' }],
  'job.log': [{ id: job }, { id: ownJob }],
  'job.propose': [{ text: 'tag devices at site hid with web' }, { text: 'note x on hidd' }],
  'job.rows': [{ id: job }, { id: ownJob }, { id: ownJob, status: 'failed' }],
  'job.show': [{ id: job }, { id: ownJob }],
  'merge.list': [{}, { undone: true }, { device: `${box}` }],
  'note.list': [{ id: `${shown}` }, { id: `${box}` }],
  'overview.show': [{}],
  'prefix.addresses': [{ prefix: '192.0.2.0/24' }],
  'prefix.free': [{ prefix: '192.0.2.0/24', count: 20 }],
  'prefix.list': [{}, { q: 'hidden' }],
  'prefix.show': [{ prefix: '192.0.2.0/24' }],
  'query.complete': [
    { q: 'site:' },
    { q: 'owner:' },
    { q: 'name:hid' },
    { q: 'tag:' },
    { q: 'custom.team:' },
    { q: 'serial:' },
    { subject: 'host', q: 'vendor:' },
    { subject: 'host', q: 'hostname:' },
    { subject: 'host', q: 'device.name:' },
  ],
  'query.fields': [{}, { subject: 'host' }],
  'review.list': [{}, { q: 'hidden' }, { resolved: true }],
  'review.show': [{ id: review }],
  'role.list': [{}],
  'run.list': [{}],
  'run.missing': [{ id: 2 }],
  'run.show': [{ id: 2 }],
  'schedule.list': [{}, { origin: 'person' }],
  'schedule.show': [{ id: schedule }],
  'schedule.times': [{ cron: '@daily' }],
  'session.list': [{}],
  'session.show': [],
  'setting.list': [{}],
  'setting.show': [{ key: 'log.level' }],
  'source.list': [{}],
  'source.show': [{ name: 'lab' }],
  'source.test': [],
  'source.try': [],
  'source.types': [{}],
  'system.doctor': [],
  'tag.list': [{}],
  'token.list': [{}],
  'topology.show': [{}, { around: `${shown}`, depth: 6 }, { around: `${box}` }, { q: 'hidden' }],
  'upload.sheets': [{ id: 'of-somebody-else' }],
  'user.list': [],
  'user.show': [],
  'view.list': [{}],
  'volume.list': [{}, { q: 'hidden' }, { device: `${box}` }, { array: 'hidden-array' }, { status: 'all' }],
  'volume.show': [{ id: volume }],
  'volume.sum': [{}],
})

/** What would touch the machine that is not shown; each must be refused. */
const touches = ({
  shown,
  box,
  note,
  host,
  finding,
  edge,
  job,
  ownJob,
  schedule,
  review,
  decision,
  record,
  rule,
}: World): Record<string, object[]> => ({
  'conflict.resolve': [
    { items: [{ device: box, field: 'os' }], by: 'prefer', source: 'lab' },
    { items: [{ device: shown, field: 'os' }], by: 'prefer-everywhere', source: 'lab' },
  ],
  'decision.undo': [{ ids: [decision] }],
  'configuration.reveal': [{ id: `${box}` }, { id: 'hidden-box', version: 1 }],
  'device.delete': [{ id: `${box}` }],
  'device.merge': [
    { id: `${shown}`, from: [`${box}`] },
    { id: `${box}`, from: [`${shown}`] },
  ],
  'device.restore': [{ id: `${box}` }],
  'device.retire': [{ id: `${box}` }, { id: 'hidden-box' }],
  'device.split': [{ id: `${box}`, records: [record] }],
  'device.tag': [
    { ids: [box], add: ['ours'] },
    { ids: [shown, box], add: ['x'] },
    { ids: [shown], remove: ['ours'] },
  ],
  'device.unmerge': [{ device: `${box}` }],
  'device.update': [
    { id: `${box}`, owner: 'me' },
    { id: `${shown}`, tags: ['hidden-tag'] },
  ],
  'device.create': [{ name: 'new', tags: ['hidden-tag'] }, { name: 'new' }],
  'fieldrule.remove': [{ id: rule }],
  'fieldrule.set': [
    { field: 'os', kind: 'lock', device: `${box}`, value: 'x' },
    { field: 'os', kind: 'prefer', sources: ['lab'] },
  ],
  'finding.resolve': [{ id: finding }],
  'finding.settle': [{ ids: [finding] }],
  'host.review': [{ ids: [host], status: 'approved' }],
  'host.update': [{ id: macOf(2), status: 'approved' }],
  'job.approve': [{ id: job, hash: 'shown' }],
  'job.cancel': [{ id: job }],
  'job.edit': [{ id: job, priority: 1 }],
  'job.pause': [{ id: job }],
  'job.prepare': [{ id: job }],
  'job.reject': [{ id: job }],
  'job.resolve': [
    { id: job, rows: [1], outcome: 'done' },
    { id: ownJob, rows: [1], outcome: 'done' },
  ],
  'job.resume': [{ id: job }],
  'job.retry': [{ id: job }, { id: ownJob, rows: [1] }],
  'job.skip': [
    { id: job, rows: [1] },
    { id: ownJob, rows: [1] },
  ],
  'note.create': [{ id: `${box}`, body: 'x' }],
  'note.delete': [{ id: note }],
  'note.update': [{ id: note, body: 'x' }],
  'relationship.create': [{ parent: `${shown}`, child: `${box}`, type: 'connects_to' }],
  'relationship.delete': [{ id: edge }],
  'review.decide': [{ ids: [review], decision: 'merge' }],
  'review.undo': [{ ids: [review] }],
  'run.decide': [{ id: 2, decision: 'approve' }],
  'schedule.delete': [{ id: schedule }],
  'schedule.run': [{ id: schedule }],
  'schedule.update': [{ id: schedule, enabled: false }],
  'tag.delete': [{ id: 'hidden-tag' }, { id: 'ours' }],
  'tag.update': [
    { id: 'hidden-tag', name: 'ours2' },
    { id: 'ours', name: 'theirs' },
  ],
})

/** These have nothing to do with devices. */
const beside = new Set<string>([
  'discovery.start',
  'source.sync',
  // Their rows are made as whoever asks: of the devices that person may see.
  'job.preview',
  'schedule.create',
  'session.rename',
  'session.revoke',
  'tag.create',
  'token.create',
  'token.revoke',
  'view.create',
  'view.delete',
  'view.update',
])

const reachable = operations.filter(
  (each) =>
    each.permission === 'session' ||
    (each.permission !== 'open' && limited.permissions.has(each.permission as Permission)),
)

onEachDatabase('somebody limited to tags', (fresh) => {
  test('is told nothing of other devices by any operation', async () => {
    const world = await twoMachines(await fresh())
    const inputs = readings(world)
    for (const { name, effect } of reachable) {
      if (effect !== 'read') continue
      assert.ok(inputs[name], `${name} is a new way to read: tell here how it is asked`)

      for (const input of inputs[name]) {
        const answer = await world.ask(name, input, limited).catch((error: unknown) => {
          assert.ok(error instanceof AppError && error.code === 'NOT_FOUND', `${name}: ${String(error)}`)
          return null
        })
        const text = JSON.stringify(answer ?? null).toLowerCase()
        const asked = JSON.stringify(input)
        assert.ok(!text.includes('hidden'), `${name} ${asked} tells ${text}`)
        assert.ok(!text.includes(macOf(2)), `${name} ${asked} tells the address: ${text}`)
      }
    }
  })

  test('gets a file of the shown devices only', async () => {
    const { context } = await twoMachines(await fresh())
    let text = ''
    for await (const piece of exportDevices({ ...context, actor: limited }, { q: undefined }, never))
      text += piece
    assert.match(text, /shown/)
    assert.doesNotMatch(text.toLowerCase(), /hidden/)
  })

  test('touches no other device by any operation', async () => {
    const world = await twoMachines(await fresh())
    const inputs = touches(world)
    const before = await world.ask('device.show', { id: `${world.box}` })
    for (const { name, effect } of reachable) {
      if (effect === 'read' || beside.has(name)) continue
      assert.ok(inputs[name], `${name} is a new way to change: tell here how it is refused`)

      for (const input of inputs[name]) {
        await assert.rejects(
          world.ask(name, input, limited),
          (error: unknown) => {
            assert.ok(error instanceof AppError, `${name}: ${String(error)}`)
            assert.ok(
              ['NOT_FOUND', 'FORBIDDEN'].includes(error.code),
              `${name}: ${error.code} ${error.message}`,
            )
            return true
          },
          `${name} ${JSON.stringify(input)} was done`,
        )
      }
    }
    assert.deepEqual(await world.ask('finding.settle', { kind: 'new-device' }, limited), { changed: 0 })
    assert.deepEqual(await world.ask('device.show', { id: `${world.box}` }), before)
  })
})
