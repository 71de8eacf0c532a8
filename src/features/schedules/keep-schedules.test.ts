import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import type { OpenDatabase } from '#database/open.ts'
import type { Context } from '#features/context.ts'
import { jobAction, type AnyJobAction } from '#features/jobs/action.ts'
import { createJobQueue } from '#features/jobs/job-queue.ts'
import { createScheduleKeeper, keepSchedules } from '#features/schedules/keep-schedules.ts'
import { machineTimetable } from '#features/schedules/schedule-times.ts'
import type { ScheduledWork } from '#features/schedules/scheduled-work.ts'
import { systemActor } from '#model/actor.ts'
import { emptiedBetween, onEachDatabase } from '#test/each-database.ts'
import { testContext, type TestContext } from '#test/test-context.ts'

const minutes = 60_000
const hours = 60 * minutes

const beep = jobAction({
  name: 'beep',
  title: 'Beep',
  summary: 'Beeps.',
  effect: 'read',
  subject: 'none',
  parameters: z.strictObject({}),
  input: z.strictObject({}),
  needs: 'jobs.submit',
  run: async () => ({}),
})
const actions: ReadonlyMap<string, AnyJobAction> = new Map([['beep', beep]])
const tools = { queueOver: (context: Context) => createJobQueue(context, actions) }

function work(change: Partial<ScheduledWork> & { cron?: string } = {}): ScheduledWork {
  const { cron = '*/10 * * * *', ...rest } = change
  return {
    key: 'test/beep',
    origin: 'upkeep',
    id: null,
    name: 'Beep',
    action: 'beep',
    parameters: {},
    rowsFrom: null,
    options: {},
    mode: 'auto',
    timetable: { ...machineTimetable(cron), timeZone: 'UTC' },
    catchUp: 'last',
    catchUpHours: 24,
    overlap: 'allow',
    enabled: true,
    description: null,
    createdBy: 'test',
    version: 1,
    page: null,
    makeJob: (context, slot, dependsOn) =>
      context.jobs.submit({
        action: 'beep',
        name: slot,
        parameters: {},
        actor: systemActor('schedule'),
        dependsOn,
      }),
    ...rest,
  }
}

/** One process that keeps some work; `works` may be changed between two readings. */
function keeperOf(context: Context, works: ScheduledWork[]) {
  const keeper = createScheduleKeeper(context, tools, [async () => works])
  return async () => {
    await keeper.read()
    return keeper.look()
  }
}

const jobNames = async ({ db }: Pick<Context, 'db'>): Promise<string[]> =>
  (await db.selectFrom('jobs').select('name').orderBy('id').execute()).map(({ name }) => name)

const outcomes = async ({ db }: Pick<Context, 'db'>): Promise<string[]> =>
  (await db.selectFrom('schedule_slots').select(['slot', 'outcome']).orderBy('slot').execute()).map(
    ({ slot, outcome }) => `${slot.slice(11, 16)} ${outcome}`,
  )

const endAll = ({ db }: Pick<Context, 'db'>, status = 'completed') =>
  db.updateTable('jobs').set({ status }).where('status', 'in', ['pending', 'running']).execute()

async function started(
  opened: OpenDatabase,
  works: ScheduledWork[],
): Promise<{
  context: TestContext
  look: () => Promise<string | undefined>
}> {
  const context = testContext(opened)
  const look = keeperOf(context, works)
  await look()
  return { context, look }
}

onEachDatabase('schedules', (each, engine) => {
  const fresh = emptiedBetween(each, engine, ['jobs', 'schedule_slots'])

  test('make one job at each time, and say when the next one is', async () => {
    const { context, look } = await started(await fresh(), [work()])

    assert.deepEqual(await jobNames(context), [])
    context.clock.advance(10 * minutes)
    assert.equal(await look(), '2026-01-01T00:20:00.000Z')
    await look()
    context.clock.advance(10 * minutes)
    await look()

    assert.deepEqual(await jobNames(context), ['2026-01-01T00:10:00.000Z', '2026-01-01T00:20:00.000Z'])
    assert.ok(context.happenings.some(({ topic }) => topic === 'job.added'))
  })

  test('of several processes make each job once', async () => {
    const opened = await fresh()
    const contexts = [1, 2, 3, 4].map(() => testContext(opened))
    const looks = contexts.map((context) => keeperOf(context, [work({ catchUp: 'all' })]))
    for (const look of looks) await look()

    for (const context of contexts) context.clock.advance(45 * minutes)
    await Promise.all(looks.map((look) => look()))

    assert.deepEqual(
      (await jobNames(contexts[0]!)).map((name) => name.slice(11, 16)),
      ['00:10', '00:20', '00:30', '00:40'],
    )
  })

  test('make up for nothing, for the newest time, or for all within the hours', async () => {
    for (const [catchUp, expected] of [
      ['none', ['14:50 missed']],
      ['last', ['14:50 made']],
      ['all', ['14:00 made', '14:10 made', '14:20 made', '14:30 made', '14:40 made', '14:50 made']],
    ] as const) {
      const { context, look } = await started(await fresh(), [work({ catchUp, catchUpHours: 1 })])
      context.clock.advance(14 * hours + 55 * minutes)
      await look()
      assert.deepEqual(await outcomes(context), expected)
    }
  })

  test('note a time that is too long ago to be made up for, and make no more than a hundred jobs at once', async () => {
    const { context, look } = await started(await fresh(), [
      work({ cron: '0 0 * * *', catchUpHours: 2 }),
      work({ key: 'test/often', cron: '* * * * *', catchUp: 'all' }),
    ])
    context.clock.advance(30 * hours)
    await look()

    const names = await jobNames(context)
    assert.equal((await outcomes(context))[0], '00:00 missed')
    assert.deepEqual([names.length, names.at(-1)], [100, '2026-01-02T06:00:00.000Z'])
  })

  test('do not begin outside of a window what was missed inside of it', async () => {
    const windows = [{ days: ['thu' as const], from: '02:00', to: '04:00' }]
    const timetable = { ...work({ cron: '0 3 * * *' }).timetable, windows }
    const { context, look } = await started(await fresh(), [work({ timetable })])

    context.clock.advance(6 * hours)
    await look()

    assert.deepEqual(await outcomes(context), ['03:00 skipped_window'])
    assert.deepEqual(await jobNames(context), [])
  })

  test('double nothing and flood nobody when the clock jumps an hour back or ahead', async () => {
    const { context, look } = await started(await fresh(), [work()])
    for (const step of [10, 10, -60, 10, 10, 10, 10, 10, 10, 10, 60, 10]) {
      context.clock.advance(step * minutes)
      await look()
    }

    const names = await jobNames(context)
    assert.equal(new Set(names).size, names.length)
    assert.deepEqual(
      names.map((name) => name.slice(11, 16)),
      ['00:10', '00:20', '00:30', '01:30', '01:40'],
    )
  })

  test('go on soon after a clock that was years ahead is put right', async () => {
    const { context, look } = await started(await fresh(), [work()])
    context.clock.advance(20_000 * hours)
    await look()
    context.clock.advance(-20_000 * hours)
    await look()

    context.clock.advance(10 * minutes)
    await look()

    assert.equal((await jobNames(context)).at(-1), '2026-01-01T00:10:00.000Z')
  })

  test('count from when they were edited or switched on', async () => {
    const works = [work({ changedAt: '2026-01-01T00:00:00.000Z', enabled: false })]
    const { context, look } = await started(await fresh(), works)
    context.clock.advance(25 * minutes)
    works[0] = work({ changedAt: context.clock.now() })
    await look()
    context.clock.advance(5 * minutes)
    await look()

    assert.deepEqual(await outcomes(context), ['00:30 made'])
  })

  test('leave a time out while the job of an earlier one, or the same work, is not over', async () => {
    let isBusy = false
    const works = [work({ overlap: 'skip', isBusy: async () => isBusy })]
    const { context, look } = await started(await fresh(), works)
    for (let count = 0; count < 2; count += 1) {
      context.clock.advance(10 * minutes)
      await look()
    }
    await endAll(context)
    isBusy = true
    context.clock.advance(10 * minutes)
    await look()
    isBusy = false
    context.clock.advance(10 * minutes)
    await look()

    assert.deepEqual(await outcomes(context), [
      '00:10 made',
      '00:20 skipped_overlap',
      '00:30 skipped_overlap',
      '00:40 made',
    ])
  })

  test('queue one job at most, which waits for the running one', async () => {
    const { context, look } = await started(await fresh(), [work({ overlap: 'queue' })])
    context.clock.advance(10 * minutes)
    await look()
    await context.db.updateTable('jobs').set({ status: 'running', started_at: context.clock.now() }).execute()
    for (let count = 0; count < 2; count += 1) {
      context.clock.advance(10 * minutes)
      await look()
    }

    const needs = await context.db.selectFrom('job_dependencies').selectAll().execute()
    assert.deepEqual(await outcomes(context), ['00:10 made', '00:20 made', '00:30 skipped_overlap'])
    assert.deepEqual(
      needs.map(({ job_id: job, depends_on_id: on, need }) => [job, on, need]),
      [[2, 1, 'ended']],
    )
  })

  test('replace the running job: it is told to stop, and the new one begins after it', async () => {
    const { context, look } = await started(await fresh(), [work({ overlap: 'replace' })])
    context.clock.advance(10 * minutes)
    await look()
    const running = { status: 'running', started_at: context.clock.now() }
    await context.db.updateTable('jobs').set(running).execute()
    await context.db.updateTable('job_rows').set({ status: 'processing' }).execute()
    context.clock.advance(10 * minutes)
    await look()

    const jobs = await context.db
      .selectFrom('jobs')
      .select(['status', 'cancel_requested_at'])
      .orderBy('id')
      .execute()
    assert.deepEqual(
      jobs.map((job) => [job.status, job.cancel_requested_at !== null]),
      [
        ['running', true],
        ['pending', false],
      ],
    )
    assert.equal((await context.db.selectFrom('job_dependencies').selectAll().execute()).length, 1)
    assert.ok(context.happenings.some(({ topic }) => topic === 'job.cancelling'))
  })

  test('claim nothing when the job cannot be made, and try that time again', async () => {
    let isBroken = true
    const sound = work()
    const broken = work({
      makeJob: async (...given) => {
        const id = await sound.makeJob(...given)
        if (isBroken) throw new Error('the process ends here')
        return id
      },
    })
    const { context, look } = await started(await fresh(), [broken])
    context.clock.advance(10 * minutes)
    await look()
    const [slotsThen, jobsThen, toldThen] = [
      await outcomes(context),
      await jobNames(context),
      context.happenings.length,
    ]
    isBroken = false
    context.clock.advance(30_000)
    await look()

    assert.deepEqual([slotsThen, jobsThen, toldThen], [[], [], 0])
    assert.deepEqual(await outcomes(context), ['00:10 made'])
    assert.deepEqual(await jobNames(context), ['2026-01-01T00:10:00.000Z'])
  })

  test('sleep until the next time, to the second, and wake when something is changed, here or by another process', async () => {
    const context = testContext(await fresh())
    const works: ScheduledWork[] = []
    const slept: number[] = []
    let asleep = Promise.withResolvers<void>()
    const sleep = context.clock.sleep.bind(context.clock)
    context.clock.sleep = (milliseconds, signal) => {
      slept.push(milliseconds)
      const sleeping = sleep(milliseconds, signal)
      asleep.resolve()
      asleep = Promise.withResolvers()
      return sleeping
    }
    const end = new AbortController()
    let next = asleep.promise
    const keeping = keepSchedules(context, tools, [async () => works], end.signal)
    await next
    next = asleep.promise
    context.events.publish({ topic: 'database.changed', at: '', data: {} })
    await next
    works.push(work({ cron: '*/20 * * * * *' }))
    next = asleep.promise
    context.events.publish({ topic: 'schedule.changed', at: '', data: { id: 1 } })
    await next
    for (const step of [20_000, 10_000, 10_000]) {
      next = asleep.promise
      context.clock.advance(step)
      await next
    }
    end.abort()
    await keeping

    assert.deepEqual(slept, [30_000, 30_000, 20_000, 10_000, 10_000, 20_000])
    assert.deepEqual(
      (await jobNames(context)).map((name) => name.slice(14, 19)),
      ['00:20', '00:40'],
    )
  })
})
