import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { Config } from '#config.ts'
import { loadKeys, type SecretKey } from '#features/access/key-file.ts'
import { createSecretBox } from '#features/access/secret-box.ts'
import type { Context } from '#features/context.ts'
import { type Check, ok, problem, warning } from '#features/system/check.ts'
import { findSealed } from '#features/system/sealed-queries.ts'
import { toAppError } from '#kernel/errors.ts'

const name = 'key-file'

/** The keys of the key file, where there is one; it is not made. */
export async function readKeys(config: Pick<Config, 'secrets'>): Promise<SecretKey[] | undefined> {
  const facts = await stat(config.secrets.keyFile).catch(() => undefined)
  return facts && loadKeys(config.secrets.keyFile)
}

/** Whether the key file is there, for its owner only, and opens what is sealed in the database. Shows neither. */
export async function checkKeyFile(
  config: Pick<Config, 'secrets' | 'backup'>,
  context: Pick<Context, 'db'> | undefined,
): Promise<Check[]> {
  const file = config.secrets.keyFile
  let keys: SecretKey[] | undefined
  try {
    keys = await readKeys(config)
  } catch (error) {
    const { message, hint } = toAppError(error)
    return [problem(name, message, hint ?? 'Put back the copy that was kept.')]
  }
  const sealed = context ? await findSealed(context.db) : []
  if (keys === undefined) {
    return sealed.length > 0
      ? [
          problem(
            name,
            `There is no key file ${file}, so ${sealed.length} stored secrets cannot be read`,
            'Put back the copy that was kept, or enter every secret again.',
          ),
        ]
      : [ok(name, `There is no key file ${file} yet; it is made at the start`)]
  }
  const unreadable = sealed.filter((text) => !opens(keys, text)).length
  if (unreadable > 0)
    return [
      problem(
        name,
        `${file} does not open ${unreadable} of ${sealed.length} stored secrets`,
        'Put back the key file that belongs to this database, or enter those secrets again.',
      ),
    ]
  const ids = keys.map(({ id }) => id).join(', ')
  return [
    ok(name, `${file} (key ${ids}) opens the ${sealed.length} stored secrets; keep a copy apart`),
    ...besideBackups(file, config.backup.directory),
  ]
}

function opens(keys: readonly SecretKey[], sealed: string): boolean {
  try {
    createSecretBox(keys as [SecretKey, ...SecretKey[]]).open(sealed)
    return true
  } catch {
    return false
  }
}

/** Whoever gets the folder of backups would get the secrets, too. */
function besideBackups(file: string, directory: string): Check[] {
  const way = path.relative(directory, file)
  if (way.startsWith('..') || path.isAbsolute(way)) return []
  return [
    warning(
      name,
      `The key file ${file} lies in the folder of backups`,
      'Move it and set secrets.keyFile: whoever has both can read the secrets.',
    ),
  ]
}
