import { readFileSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../../..')

const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  version: string
  optionalDependencies: Record<string, string>
}

/** The release that runs. */
export const programVersion = manifest.version

/** The Node that this release was tested with; undefined where no package of it is pinned. */
export const pinnedNode: string | undefined = Object.values(manifest.optionalDependencies)[0]

/** Where the built web pages are. */
export const webPages = path.join(root, 'web', 'dist', 'index.html')
