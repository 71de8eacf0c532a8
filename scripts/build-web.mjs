import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureInstalled, findNode, root } from './ensure-installed.mjs'

const web = path.join(root, 'web')
const built = path.join(web, 'dist', 'index.html')

/** Builds the web pages when a file they are made of is newer than the last build; false when that failed. */
export function buildWebWhenStale(node) {
  if (!existsSync(path.join(web, 'index.html'))) return true
  if (existsSync(built) && newestIn(web) <= statSync(built).mtimeMs) return true
  console.error('Building the web pages…')
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const done = spawnSync(node, [vite, 'build', web, '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  return done.status === 0
}

/** Milliseconds of the newest change below a folder; a folder's own time tells of files taken away. */
export function newestIn(folder) {
  let newest = statSync(folder).mtimeMs
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'dist' || entry.name === 'node_modules') continue
    const where = path.join(folder, entry.name)
    newest = Math.max(newest, entry.isDirectory() ? newestIn(where) : statSync(where).mtimeMs)
  }
  return newest
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  ensureInstalled()
  process.exit(buildWebWhenStale(findNode()) ? 0 : 1)
}
