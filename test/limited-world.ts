import type { TestContext } from '#test/test-context.ts'
import type { OpenDatabase } from '#database/open.ts'
import { permissionsOf } from '#features/access/rights.ts'
import type { Context } from '#features/context.ts'
import { appendAudit } from '#features/audit/append-audit.ts'
import { decide } from '#features/identity/decision-queries.ts'
import { saveReviews } from '#features/identity/review-queries.ts'
import { operations } from '#features/operations.ts'
import { type Actor, systemActor } from '#model/actor.ts'
import type { ReportedVolume } from '#model/record.ts'
import { sourceTypes } from '#sources/sources.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { addJob } from '#test/job-world.ts'
import { machine, macOf } from '#test/scripted-source.ts'
import { syncWorld } from '#test/sync-world.ts'

export const admin = systemActor('test')
/** Everything that is not an admin's alone may be done by somebody who sees only what is tagged `ours`. */
export const limited: Actor = {
  kind: 'user',
  name: 'lim@example.net',
  userId: 'lim',
  role: 'operator',
  permissions: permissionsOf({ role: 'operator' }),
  tags: ['ours'],
}
export const never = new AbortController().signal

// oxlint-disable-next-line typescript/no-explicit-any -- the walk looks into answers of every shape
export type Answer = any

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
export async function twoMachines(opened: OpenDatabase) {
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
  await ask('server.create', { id: 'shown-server' })
  await ask('server.update', { id: 'shown-server', device: `${shown}` })
  await ask('server.create', { id: 'hidden-server' })
  await ask('server.update', { id: 'hidden-server', device: `${box}` })
  const page = (name: string) => ({ name, url: `http://${name}:9100/metrics`, paused: true })
  await ask('scrape.create', { ...page('shown-page'), serverId: 'shown-server' })
  await ask('scrape.create', { ...page('hidden-page'), serverId: 'hidden-server' })
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
  const alerts = await addAlerts(context, { shown, box })
  return {
    context,
    ask,
    alerts,
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
    check: (await ask('check.create', { name: 'hidden-check', kind: 'ping', device: `${box}` })).id,
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

export type World = Awaited<ReturnType<typeof twoMachines>>

/** An open alert of each machine, the hidden one the cause of the other, and a silence on it. */
async function addAlerts(
  { db, clock }: Pick<TestContext, 'db' | 'clock'>,
  { shown, box }: { shown: number; box: number },
): Promise<{ shown: number; hidden: number; silence: number }> {
  const now = clock.now()
  const add = async (name: string, device_id: number, cause_id: number | null): Promise<number> => {
    const { id } = await db
      .insertInto('alerts')
      .values({
        fingerprint: name,
        rule_name: 'Server offline',
        kind: 'server_offline',
        subject: `${name}-server`,
        part: '',
        subject_name: name,
        server_id: `${name}-server`,
        device_id,
        severity: 'critical',
        state: 'firing',
        cause_id,
        flapping: false,
        title: `${name} is offline`,
        importance: 3,
        started_at: now,
        changed_at: now,
        told_channels: '[]',
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    return id
  }
  const hidden = await add('hidden', box, null)
  const { id: silence } = await db
    .insertInto('silences')
    .values({
      alert_id: hidden,
      until: '2099-01-01T00:00:00.000Z',
      reason: 'hidden reason',
      created_by: 'admin',
      created_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await db
    .insertInto('alert_events')
    .values({ alert_id: hidden, at: now, kind: 'fired', message: 'hidden is offline' })
    .execute()
  return { shown: await add('shown', shown, hidden), hidden, silence }
}
