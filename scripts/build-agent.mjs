import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { newestIn } from './build-web.mjs'
import { ensureInstalled, root } from './ensure-installed.mjs'

const agent = path.join(root, 'agent')
const built = path.join(agent, 'dist', 'rollcall-agent.mjs')

/** Builds the one file of the agent when a file it is made of is newer than it; false when that failed. */
export async function buildAgentWhenStale() {
  if (!existsSync(path.join(agent, 'main.ts'))) return true
  if (existsSync(built) && newestIn(agent) <= statSync(built).mtimeMs) return true
  console.error('Building the agent…')
  try {
    const code = await bundle()
    mkdirSync(path.dirname(built), { recursive: true })
    // Whole or not at all: somebody may be fetching it.
    const fresh = `${built}.${process.pid}`
    writeFileSync(fresh, code)
    renameSync(fresh, built)
    return true
  } catch (error) {
    console.error(error)
    return false
  }
}

/** One file of plain JavaScript without any package, for every Node from 18 on. */
async function bundle() {
  const { build } = await import('vite')
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  const placeholder = `${version}+00000000`
  const made = await build({
    root: agent,
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: 'warn',
    define: { ROLLCALL_VERSION: JSON.stringify(placeholder) },
    ssr: { noExternal: true },
    build: {
      ssr: path.join(agent, 'main.ts'),
      write: false,
      target: 'node18',
      rollupOptions: { output: { format: 'es', codeSplitting: false } },
    },
  })
  const [{ output }] = [made].flat()
  if (output.length !== 1) throw new Error(`the agent became ${output.length} files instead of one`)
  const { code } = output[0]
  // Two builds of one release that differ can be told apart.
  const mark = createHash('sha256').update(code).digest('hex').slice(0, 8)
  return code.replaceAll(placeholder, `${version}+${mark}`)
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  ensureInstalled()
  process.exit((await buildAgentWhenStale()) ? 0 : 1)
}
