import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { root, trackedFiles } from '#test/tracked-files.ts'

const files = trackedFiles()
const text = new Map(files.filter(isText).map((file) => [file, readFileSync(path.join(root, file), 'utf8')]))
const product = matching(/^(src|agent|web)\/.*\.tsx?$/).filter((file) => !/\.test\.tsx?$/.test(file))
const code = matching(/^(src|agent|web|test|bench)\/.*\.tsx?$/)

function isText(file: string): boolean {
  return !/\.(png|jpe?g|ico|br|gz|woff2?|bin|snap)$/.test(file)
}

function matching(pattern: RegExp): string[] {
  return [...text.keys()].filter((file) => pattern.test(file))
}

/** `file:line: text` of every line that holds the pattern; a comment may speak of anything. */
function linesWith(pattern: RegExp, among: readonly string[]): string[] {
  return among.flatMap((file) =>
    text
      .get(file)!
      .split('\n')
      .map((line, index) => ({ line: line.replace(/^\s*(\/\*\*|\*|\/\/).*/, ''), number: index + 1 }))
      .filter(({ line }) => pattern.test(line))
      .map(({ line, number }) => `${file}:${number}: ${line.trim().slice(0, 120)}`),
  )
}

const livesIn: readonly { fact: string; words: RegExp; home: RegExp }[] = [
  {
    fact: 'the environment is read by main.ts only; the rest takes the configuration',
    words: /\bprocess\.env\b/,
    home: /^(src|agent)\/main\.ts$|^web\/vite\.config\.ts$/,
  },
  {
    fact: 'only main.ts writes to the console; the rest takes a log or a print function',
    words: /\bconsole\./,
    home: /^(src|agent)\/main\.ts$/,
  },
  {
    fact: 'the time is asked of a Clock',
    words: /\bnew Date\(|\bDate\.now\(/,
    // better-auth wants Date objects where we keep text.
    home: /^src\/kernel\/clock\.ts$|^agent\/clock\.ts$|^src\/features\/access\/date-text-plugin\.ts$|^web\//,
  },
  {
    fact: 'the network is called by clients only',
    words: /(?<![.\w])fetch\(/,
    home: /^src\/sources\/http-client\.ts$|^src\/surfaces\/cli\/remote-[^/]+\.ts$|^web\/api\.ts$/,
  },
  {
    fact: 'SQL is written in the database, the query language and query files only',
    words: /(?<!\w)sql(<[^`]*>)?`/,
    home: /^src\/(database|query)\/|-queries\.ts$/,
  },
]

for (const { fact, words, home } of livesIn) {
  test(fact, () => {
    const among = product.filter((file) => !home.test(file))

    assert.deepEqual(linesWith(words, among), [])
  })
}

test('nothing is exported by default', () => {
  const among = code.filter((file) => !/(^|\/)vite\.config\.ts$/.test(file))

  assert.deepEqual(linesWith(/^export default\b|\bas default\b/, among), [])
})

test('a file is named after what it exports', () => {
  const vague = code.filter((file) =>
    /(^|\/)(index|utils?|helpers?|common|types|misc|manager)\.tsx?$/.test(file),
  )

  assert.deepEqual(vague, [])
})

test('no file of code is longer than 400 lines', () => {
  // One row type after the other: the tables are one list on purpose.
  const among = code.filter((file) => file !== 'src/database/schema.ts')
  const long = among.filter((file) => text.get(file)!.split('\n').length > 401)

  assert.deepEqual(long, [], 'is there a second idea in it?')
})

test('nothing is left as a mark for later', () => {
  const marks = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME'].join('|')})\\b`)

  assert.deepEqual(linesWith(/\b(test|it|describe|suite)\.(skip|todo|only)\(/, code), [])
  assert.deepEqual(
    [...text].filter(([, words]) => marks.test(words)).map(([file]) => file),
    [],
  )
})

test('no file speaks of the machine it was written on or of a package server', () => {
  const machine = /(^|[^\w.~-])\/(work|farm|root)\//m
  const servers = new RegExp(
    [
      ['registry', 'npmjs'],
      ['registry', 'yarnpkg'],
      ['deb', 'debian', 'org'],
      ['proxy', 'golang'],
    ]
      .map((parts) => parts.join('\\.'))
      .join('|'),
  )

  const files = [...text]
    .filter(([, words]) => machine.test(words) || servers.test(words))
    .map(([file]) => file)

  assert.deepEqual(files, [])
})

test('the lockfile names no server and every version in package.json is exact', () => {
  const lock = text.get('package-lock.json')!
  const manifest = JSON.parse(text.get('package.json')!) as Record<string, Record<string, string>>
  const versions = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((group) =>
    Object.entries(manifest[group] ?? {}),
  )

  assert.equal(
    lock.includes(`"${'resolved'}":`),
    false,
    'run npm with this folder as its working folder: .npmrc leaves it out',
  )
  assert.deepEqual(
    versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)),
    [],
  )
})
