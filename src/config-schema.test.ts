import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { z } from 'zod'
import { configSchema } from '#config-schema.ts'
import { bareSchema, childSchema, knownKeys } from '#kernel/schema-fields.ts'

/** `server.port`, `server.tls.cert` ...: groups by their members, lists as they are. */
function paths(schema: z.ZodType, prefix = ''): string[] {
  return knownKeys(schema).flatMap((key) => {
    const child = childSchema(schema, key)!
    const path = prefix + key
    return bareSchema(child) instanceof z.ZodObject ? paths(child, `${path}.`) : [path]
  })
}

test('the page on configuration tells every setting and its default', () => {
  const page = readFileSync(new URL('../docs/configuration.md', import.meta.url), 'utf8')
  const all = paths(configSchema)
  assert.ok(all.length > 30)
  assert.deepEqual(
    all.filter((path) => !page.includes(`\`${path}\``)),
    [],
  )
  const defaults = configSchema.parse({})
  const shown = (path: string) => page.split('\n').find((line) => line.startsWith(`| \`${path}\` |`))
  for (const path of [
    'server.port',
    'server.host',
    'database.url',
    'secrets.keyFile',
    'backup.schedule',
    'retention.staleDays',
  ]) {
    const [section, key] = path.split('.') as [keyof typeof defaults, string]
    const value = (defaults[section] as Record<string, unknown>)[key]
    assert.match(shown(path)!, new RegExp(`\\| \`${String(value).replaceAll(/[.*]/g, '\\$&')}\` \\|`), path)
  }
})
