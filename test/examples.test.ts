import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { parseEnv } from 'node:util'
import { parse } from 'yaml'
import { loadConfig } from '#config.ts'
import { configSchema } from '#config-schema.ts'
import type { SourceType } from '#sources/source.ts'
import { root, trackedFiles } from '#test/tracked-files.ts'

const pages = trackedFiles().filter((file) => file.endsWith('.md'))
const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
const folder = mkdtempSync(path.join(os.tmpdir(), 'rollcall-examples-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const isSourceType = (value: unknown): value is SourceType =>
  typeof value === 'object' && value !== null && 'open' in value && 'provesAbsence' in value

/** Every source type there is a folder for. */
async function sourceTypes(): Promise<Map<string, SourceType>> {
  const found = new Map<string, SourceType>()
  for (const entry of readdirSync(path.join(root, 'src', 'sources'), { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === 'oui') continue
    const module = (await import(`#sources/${entry.name}/${entry.name}.ts`)) as Record<string, unknown>
    for (const type of Object.values(module).filter(isSourceType)) found.set(type.type, type)
  }
  return found
}

/** What an example's `${NAME}` stands for: anything that has the form of that secret. */
const secretOf = (name: string) =>
  /token/i.test(name) ? 'rollcall@pve!inventory=00000000-0000-0000-0000-000000000000' : 'an-example-secret'

/** The blocks of YAML in the pages that are settings of Rollcall and not of another program. */
function settingsExamples(): { page: string; yaml: string }[] {
  const sections = Object.keys(configSchema.shape)
  return pages.flatMap((page) =>
    [...read(page).matchAll(/^( *)```yaml\n(.*?)^ *```/gms)]
      .map((match) => match[2]!.replaceAll(new RegExp(`^${match[1]!}`, 'gm'), ''))
      .filter((yaml) => Object.keys((parse(yaml) ?? {}) as object).every((key) => sections.includes(key)))
      .map((yaml) => ({ page, yaml })),
  )
}

test('every kind of source has a page in docs/sources', async () => {
  const types = [...(await sourceTypes()).keys()]

  assert.ok(types.length > 0)
  assert.deepEqual(
    types.filter((type) => !pages.includes(`docs/sources/${type}.md`)),
    [],
  )
})

test('every configuration in the pages is one that Rollcall accepts', async () => {
  const types = await sourceTypes()
  const file = path.join(folder, 'rollcall.yaml')
  const examples = settingsExamples()
  const refused = examples.flatMap(({ page, yaml }) => {
    writeFileSync(file, yaml)
    const names = [...yaml.matchAll(/\$\{(\w+)\}/g)].map((match) => match[1]!)
    const environment = Object.fromEntries(names.map((name) => [name, secretOf(name)]))
    try {
      loadConfig({ argvConfig: file, environment, workingDirectory: folder, sourceTypes: types })
      return []
    } catch (error) {
      return [`${page}: ${String(error)}`]
    }
  })

  assert.ok(examples.length > 3)
  assert.deepEqual(refused, [])
})

test('every line of .env.example is one that Rollcall accepts', () => {
  const environment = parseEnv(read('.env.example').replaceAll(/^# (?=[A-Z_]+=)/gm, ''))

  assert.ok(Object.keys(environment).length > 3)
  assert.doesNotThrow(() =>
    loadConfig({
      environment,
      workingDirectory: path.join(folder, 'empty'),
      sourceTypes: new Map<string, SourceType>(),
    }),
  )
})
