import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { root } from '#test/tracked-files.ts'
import { boxOf, isIn, mayImport, packageLivesIn } from '#test/architecture.ts'

const src = path.join(root, 'src')
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll(path.sep, '/'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('/fixtures/'))

/** What a file imports, as written: static, dynamic, re-exported or by URL. */
function importsOf(file: string): string[] {
  const text = readFileSync(path.join(src, file), 'utf8')
  const forms = /\bfrom\s+'([^']+)'|\bimport\s+'([^']+)'|\bimport\('([^']+)'\)|\bnew URL\('([^']+\.ts)',/g
  return [...text.matchAll(forms)].map((match) => match.slice(1).find((name) => name !== undefined)!)
}

/** A path below src for what is ours, `undefined` for a package. */
function ours(file: string, name: string): string | undefined {
  if (name.startsWith('#')) return name.slice(1)
  if (name.startsWith('.')) return path.posix.join(path.posix.dirname(file), name)
  return undefined
}

test('every folder of src is a box of the architecture', () => {
  const strangers = files.filter((file) => boxOf(file) === undefined)

  assert.deepEqual(strangers, [], 'give the folder a line in test/architecture.ts')
})

test('every box of the architecture exists', () => {
  const present = new Set(files.map(boxOf))
  const gone = Object.keys(mayImport).filter((box) => !box.endsWith('*') && !present.has(box))

  assert.deepEqual(gone, [])
})

test('a box imports only what its line allows', () => {
  const forbidden = files.flatMap((file) => {
    const box = boxOf(file)!
    // Two sources without lines of their own are still two boxes.
    const own = box === 'sources/*' ? file.split('/').slice(0, 2).join('/') : undefined
    return importsOf(file)
      .map((name) => ours(file, name))
      .filter((target) => target !== undefined)
      .filter((target) => (own === undefined ? boxOf(target) !== box : !isIn(target, [own])))
      .filter((target) => !isIn(target, mayImport[box]!))
      .map((target) => `${file} imports ${target}`)
  })

  assert.deepEqual(forbidden, [])
})

test('a package with a home is imported only there', () => {
  const forbidden = files.flatMap((file) =>
    importsOf(file).flatMap((name) =>
      Object.entries(packageLivesIn)
        .filter(([packages, homes]) => path.matchesGlob(name, packages) && !isIn(file, homes))
        .map(() => `${file} imports ${name}`),
    ),
  )

  assert.deepEqual(forbidden, [])
})

test('the pages take only types from the server, so that none of it is sent to the browser', () => {
  // Roles and what they may are plain data, and the same on both sides.
  const plain = "'#model/actor.ts'"
  const web = path.join(root, 'web')
  const forbidden = readdirSync(web, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?<!\.test)\.tsx?$/.test(file) && !file.startsWith('dist'))
    .flatMap((file) =>
      [
        ...readFileSync(path.join(web, file), 'utf8').matchAll(
          /^(?:im|ex)port (?!type\b)[^'"]*from '#[^']+'/gms,
        ),
      ]
        .map((match) => match[0].split('\n').at(-1)!)
        .filter((line) => !line.endsWith(plain))
        .map((line) => `web/${file}: ${line}`),
    )

  assert.deepEqual(forbidden, [])
})

test('nothing that users run imports a test', () => {
  const forbidden = files.filter((file) => importsOf(file).some((name) => /^#test\/|\.test\.ts$/.test(name)))

  assert.deepEqual(forbidden, [])
})
