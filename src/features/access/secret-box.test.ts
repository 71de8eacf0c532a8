import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { isSealed, openSecretBox } from '#features/access/secret-box.ts'
import { AppError } from '#kernel/errors.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollcall-keys-'))
after(() => rmSync(folder, { recursive: true }))
const newFile = () => join(folder, randomBytes(6).toString('hex'), 'rollcall.key')
const writeKeys = (...keys: string[]): string => {
  const file = join(folder, randomBytes(6).toString('hex'))
  writeFileSync(file, keys.join('\n'), { mode: 0o600 })
  return file
}
const newKey = () => randomBytes(32).toString('base64')
const refused = (matching: RegExp) => (error: unknown) =>
  error instanceof AppError &&
  error.code === 'SECRET_UNREADABLE' &&
  matching.test(`${error.message} ${error.hint}`)

test('the first start makes a key file for its owner only, and later starts open what it sealed', () => {
  const file = newFile()
  const sealed = openSecretBox(file).seal('geheim ✓')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(join(file, '..')), ['rollcall.key'])
  assert.equal(openSecretBox(file).open(sealed), 'geheim ✓')
})

test('the same secret never seals to the same text, and the text does not hold it', () => {
  const box = openSecretBox(newFile())
  const [one, two] = [box.seal('hunter2'), box.seal('hunter2')]
  assert.notEqual(one, two)
  assert.ok(isSealed(one) && !one.includes('hunter2'))
  assert.equal(box.open(box.seal('')), '')
})

test('a key that did not seal a secret does not open it, and is named', () => {
  const sealed = openSecretBox(newFile()).seal('x')
  assert.throws(
    () => openSecretBox(newFile()).open(sealed),
    refused(/sealed with key [0-9a-f]{8}, which the key file does not hold/),
  )
})

test('any changed character of a sealed text is noticed', () => {
  const box = openSecretBox(newFile())
  const sealed = box.seal('a secret of some length')
  for (let at = 0; at < sealed.length; at += 1) {
    // The last characters of a base64 part can carry unused bits, so a changed one is not just its neighbour.
    const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'z' : 'A') + sealed.slice(at + 1)
    if (
      Buffer.from(changed.split('.')[3] ?? '', 'base64url').equals(
        Buffer.from(sealed.split('.')[3]!, 'base64url'),
      ) &&
      at > 30
    )
      continue
    assert.throws(() => box.open(changed), refused(/./), `at ${at}`)
  }
  for (const garbage of ['', 'hunter2', 'rc1.aaaaaaaa', sealed.slice(0, -4)])
    assert.throws(() => box.open(garbage), refused(/./))
})

test('after a rotation the new key seals and the old one still opens', () => {
  const [old, fresh] = [newKey(), newKey()]
  const before = openSecretBox(writeKeys(old)).seal('old')
  const rotated = openSecretBox(writeKeys('# rotated', fresh, '', old))
  assert.equal(rotated.open(before), 'old')
  const sealedLater = rotated.seal('new')
  assert.throws(() => openSecretBox(writeKeys(old)).open(sealedLater), refused(/does not hold/))
  assert.equal(openSecretBox(writeKeys(fresh)).open(sealedLater), 'new')
})

test('a key file that others may read is refused with the command that mends it', () => {
  const file = writeKeys(newKey())
  for (const mode of [0o640, 0o604, 0o660]) {
    chmodSync(file, mode)
    assert.throws(() => openSecretBox(file), refused(/chmod 600/))
  }
  chmodSync(file, 0o400)
  openSecretBox(file)
})

test('a folder in which no key file can be made is named, with what it needs', () => {
  const data = join(folder, 'leads-nowhere')
  symlinkSync(join(folder, 'not', 'there'), data)

  assert.throws(
    () => openSecretBox(join(data, 'rollcall.key')),
    refused(/cannot be made.*writable for the user/),
  )
})

test('an empty or broken key file is never replaced', () => {
  for (const text of ['', '# only words\n', 'too short', `${newKey()}\nnonsense`]) {
    const file = writeKeys(text)
    assert.throws(() => openSecretBox(file), refused(/no key/))
    assert.equal(readFileSync(file, 'utf8'), text)
  }
})

test('processes that start together agree on one key', async () => {
  const file = newFile()
  const box = new URL('./secret-box.ts', import.meta.url).href
  const script = `import(${JSON.stringify(box)}).then((box) => process.stdout.write(box.openSecretBox(process.argv[1]).seal('x')))`
  const start = () => promisify(execFile)(process.execPath, ['-e', script, file])
  const sealed = await Promise.all(Array.from({ length: 4 }, start))
  const opened = openSecretBox(file)
  assert.deepEqual(
    sealed.map(({ stdout }) => opened.open(stdout)),
    ['x', 'x', 'x', 'x'],
  )
})
