import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Config } from '#config.ts'
import { type Check, ok, problem, warning } from '#features/system/check.ts'

const name = 'configuration'

/** A secret that stands in the file itself and not behind `${...}`. */
const plainSecret = /(password|secret|token|community|apikey)['"]?\s*[:=]\s*['"]?(?!\$\{)[^\s'"#,}]/i

/** Whether the configuration file and the `.env` beside it can be read by Rollcall, and by nobody who should not. */
export async function checkConfiguration({ file }: Pick<Config, 'file'>): Promise<Check[]> {
  if (file === undefined) return [ok(name, 'No configuration file; environment and defaults hold')]
  const checks = [await checkFile(file, true)]
  const beside = path.join(path.dirname(file), '.env')
  if (await stat(beside).catch(() => undefined)) checks.push(await checkFile(beside, false))
  return checks
}

async function checkFile(file: string, isNeeded: boolean): Promise<Check> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  const facts = await stat(file).catch(() => undefined)
  if (text === undefined || facts === undefined) {
    const remedy = 'It must be readable for the user that Rollcall runs as.'
    return isNeeded
      ? problem(name, `${file} can no longer be read`, remedy)
      : warning(name, `${file} cannot be read`, remedy)
  }
  // Windows has no such bits.
  const mode = process.platform === 'win32' ? 0 : facts.mode & 0o777
  if ((mode & 0o002) !== 0)
    return problem(name, `Everybody on this machine may change ${file}`, `Run: chmod o-w ${file}`)
  if ((mode & 0o004) !== 0 && plainSecret.test(text))
    return warning(
      name,
      `${file} holds secrets, and everybody on this machine may read it`,
      `Run: chmod 640 ${file}, or keep the secrets elsewhere (docs/configuration.md).`,
    )
  return ok(name, `${file} is in force`)
}
