import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'

/** The project's own folder. */
export const root = path.join(import.meta.dirname, '..')

/** Every file of the project, as paths with `/` below its folder; without git, all but what is installed or built. */
export function trackedFiles(): string[] {
  try {
    const listed = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', stdio: 'pipe' })
    return listed.split('\0').filter((file) => file !== '' && existsSync(path.join(root, file)))
  } catch {
    return readdirSync(root, { recursive: true, encoding: 'utf8' })
      .map((file) => file.replaceAll(path.sep, '/'))
      .filter((file) => !/(^|\/)(node_modules|dist|data|\.git)\//.test(file))
      .filter((file) => statSync(path.join(root, file)).isFile())
  }
}
