import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { loadConfig } from '#config.ts'
import type { Config } from '#config.ts'
import type { AnyOperation } from '#features/operation.ts'
import { createLiveConfig, followSettings } from '#features/system/live-config.ts'
import { defaultOf, effectiveConfig, runtimeSettings, schemaOf } from '#features/system/runtime-settings.ts'
import { settingOperations } from '#features/system/setting-operations.ts'
import type { Setting } from '#features/system/setting-operations.ts'
import { AppError } from '#kernel/errors.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { callBy, testContext } from '#test/test-context.ts'
import type { TestContext } from '#test/test-context.ts'

const never = new AbortController().signal

async function ask(context: TestContext, name: string, input: object): Promise<Setting> {
  const found = settingOperations.find((each) => each.name === name) as AnyOperation
  return (await found.run(callBy(context), found.input.parse(input), never)) as Setting
}

const failing = (code: string, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AppError, String(error))
  assert.equal(error.code, code)
  assert.match(
    `${error.message} ${error.hint} ${error.complaints.map((each) => each.expected).join()}`,
    words,
  )
  return true
}

/** A configuration with a file and an environment of its own. */
function configOf(yaml: string, environment: Record<string, string> = {}): Config {
  const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-settings-'))
  try {
    writeFileSync(path.join(folder, 'rollcall.yaml'), yaml)
    return loadConfig({ environment, workingDirectory: folder, sourceTypes: new Map() })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('every runtime setting is one of the configuration, with a default', () => {
  for (const { key } of runtimeSettings) {
    assert.ok(schemaOf(key), key)
    assert.notEqual(defaultOf(key), undefined, key)
  }
})

test('environment wins over the file, the file over a setting, a setting over the default', () => {
  const config = configOf('sync: { missingCount: 7 }', { ROLLCALL_RETENTION__STALE_DAYS: '30' })
  const rows = [
    { key: 'sync.missingCount', value: '8' },
    { key: 'retention.staleDays', value: '8' },
    { key: 'sync.missingShare', value: '0.5' },
  ]

  const effective = effectiveConfig(config, rows)

  assert.equal(effective.sync.missingCount, 7)
  assert.equal(effective.retention.staleDays, 30)
  assert.equal(effective.sync.missingShare, 0.5)
  assert.equal(effective.sync.volatileMinutes, 15)
})

test('a stored value that the configuration no longer allows counts for nothing', () => {
  const effective = effectiveConfig(configOf('{}'), [{ key: 'backup.keep', value: '-1' }])

  assert.equal(effective.backup.keep, 7)
})

onEachDatabase('settings', (fresh) => {
  test('a value that was set is shown with who set it, and reset gives the default back', async () => {
    const context = testContext(await fresh())

    const set = await ask(context, 'setting.set', { key: 'sync.missingShare', value: 0.4 })
    const reset = await ask(context, 'setting.reset', { key: 'sync.missingShare' })

    assert.deepEqual(
      { value: set.value, origin: set.origin, default: set.default, by: set.updatedBy, at: set.updatedAt },
      { value: 0.4, origin: 'setting', default: 0.2, by: 'system:test', at: context.clock.now() },
    )
    assert.deepEqual([reset.value, reset.origin, reset.updatedBy], [0.2, 'default', null])
    assert.deepEqual(
      context.happenings.map(({ topic, data }) => [topic, data]),
      [
        ['setting.changed', { key: 'sync.missingShare' }],
        ['setting.changed', { key: 'sync.missingShare' }],
      ],
    )
  })

  test('a setting is listed with what it may be, page by page', async () => {
    const context = testContext(await fresh())
    const keys: string[] = []
    let cursor: string | null | undefined

    do {
      const page = (await ask(context, 'setting.list', {
        limit: 5,
        ...(cursor ? { cursor } : {}),
      })) as unknown as { items: Setting[]; nextCursor: string | null }
      keys.push(...page.items.map((each) => each.key))
      cursor = page.nextCursor
    } while (cursor !== null)

    assert.deepEqual(
      keys,
      runtimeSettings.map((each) => each.key),
    )
    const { schema } = await ask(context, 'setting.show', { key: 'log.level' })
    assert.deepEqual(schema['enum'], ['trace', 'debug', 'info', 'warn', 'error', 'silent'])
  })

  test('a value of another kind is refused with what was expected, and nothing is stored', async () => {
    const context = testContext(await fresh())
    const bad: [string, unknown, RegExp][] = [
      ['sync.missingShare', 2, /<=1/],
      ['sync.missingCount', 'many', /number/],
      ['backup.schedule', 'every day', /cron expression/],
      ['backup.enabled', null, /boolean|a value/],
      ['log.level', 'loud', /"trace"/],
    ]

    for (const [key, value, words] of bad)
      await assert.rejects(
        ask(context, 'setting.set', { key, value }),
        failing('INPUT_INVALID', words),
        String(key),
      )

    assert.equal((await ask(context, 'setting.show', { key: 'backup.schedule' })).origin, 'default')
    assert.deepEqual(context.happenings, [])
  })

  test('text of a command line is read as the kind that the setting has', async () => {
    const context = testContext(await fresh())

    const days = await ask(context, 'setting.set', { key: 'retention.staleDays', value: '30' })
    const enabled = await ask(context, 'setting.set', { key: 'backup.enabled', value: 'no' })

    assert.deepEqual([days.value, enabled.value], [30, false])
  })

  test('what file or environment say cannot be set, and shows where it comes from', async () => {
    const config = configOf('backup: { keep: 3 }', { ROLLCALL_LOG__LEVEL: 'debug' })
    const context = testContext(await fresh(), { config })

    await assert.rejects(
      ask(context, 'setting.set', { key: 'backup.keep', value: 9 }),
      failing('READ_ONLY', /rollcall\.yaml/),
    )
    await assert.rejects(
      ask(context, 'setting.set', { key: 'log.level', value: 'warn' }),
      failing('READ_ONLY', /environment/),
    )

    const { value, origin, readOnly } = await ask(context, 'setting.show', { key: 'log.level' })
    assert.deepEqual([value, origin, readOnly], ['debug', 'environment', true])
  })

  test('a key that is none is answered with the one that was meant, or where it is set', async () => {
    const context = testContext(await fresh())

    await assert.rejects(
      ask(context, 'setting.show', { key: 'sync.missingshare' }),
      failing('NOT_FOUND', /Did you mean sync\.missingShare/),
    )
    await assert.rejects(
      ask(context, 'setting.set', { key: 'server.port', value: 1 }),
      failing('NOT_FOUND', /cannot change while.*rollcall\.yaml/),
    )
  })

  test('a running process takes a setting at once from itself and within half a minute from another', async () => {
    const opened = await fresh()
    const base = configOf('sync: { missingCount: 7 }')
    const live = createLiveConfig(base)
    const context = testContext(opened, { config: live.config })
    const levels: string[] = []
    const sleep = context.clock.sleep.bind(context.clock)
    let asleep = Promise.withResolvers<void>()
    context.clock.sleep = (milliseconds, signal) => {
      asleep.resolve()
      return sleep(milliseconds, signal)
    }
    const end = new AbortController()
    const following = followSettings(context, live, ({ log }) => levels.push(log.level), end.signal)
    await asleep.promise

    asleep = Promise.withResolvers()
    await ask(context, 'setting.set', { key: 'log.level', value: 'debug' })
    await asleep.promise
    const elsewhere = testContext(opened, { config: base })
    await ask(elsewhere, 'setting.set', { key: 'sync.missingShare', value: 0.9 })
    assert.equal(context.config.sync.missingShare, 0.2)
    asleep = Promise.withResolvers()
    context.clock.advance(30_000)
    await asleep.promise

    assert.deepEqual(levels, ['debug', 'debug'])
    assert.equal({ ...context.config }.sync.missingShare, 0.9)
    assert.equal(context.config.sync.missingCount, 7)
    end.abort()
    await following
  })
})
