import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml'
import type { Path } from '#config-complaints.ts'
import { AppError } from '#kernel/errors.ts'

/** The configuration file as read: nothing interpolated, nothing checked. */
export interface ConfigFile {
  /** Absolute; undefined when there is no file. */
  file: string | undefined
  /** Relative paths count from here, and `.env` stands here. */
  folder: string
  settings: Record<string, unknown>
  /** `rollcall.yaml:3` for a path that stands in the file, else the nearest line above it. */
  place: (path: Path) => string
  /** True when the file itself holds this path. */
  holds: (path: Path) => boolean
}

const defaultName = 'rollcall.yaml'

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be read'
    throw new AppError('CONFIG_INVALID', `The configuration file ${file} ${why}`, {
      cause,
      hint: 'Check --config and ROLLCALL_CONFIG.',
    })
  }
}

function nodeAt(document: Document, path: Path): Node | undefined {
  let at: unknown = document.contents
  for (const [depth, key] of path.entries()) {
    if (isSeq(at)) at = at.items[Number(key)]
    else if (isMap(at)) {
      const pair = at.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
      // The key's own line, not that of the group below it.
      at = depth === path.length - 1 ? pair?.key : pair?.value
    } else return undefined
  }
  return isNode(at) ? at : undefined
}

function parse(file: string, text: string): Pick<ConfigFile, 'settings' | 'place' | 'holds'> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const name = basename(file)
  if (document.errors.length > 0) {
    const says = document.errors.map(
      (error) =>
        `  ${name}:${error.linePos?.[0].line ?? 1}: ${error.message.split('\n')[0]!.replace(/ at line .*$/, '')}`,
    )
    throw new AppError('CONFIG_INVALID', `${file} is not YAML:\n${says.join('\n')}`)
  }
  const settings = (document.toJS() ?? {}) as unknown
  if (typeof settings !== 'object' || Array.isArray(settings)) {
    throw new AppError('CONFIG_INVALID', `${file} must hold settings such as "server: { port: 8080 }"`)
  }
  const place = (path: Path): string => {
    for (let length = path.length; length > 0; length -= 1) {
      const start = nodeAt(document, path.slice(0, length))?.range?.[0]
      if (start !== undefined) return `${name}:${lines.linePos(start).line}`
    }
    return name
  }
  return {
    settings: settings as Record<string, unknown>,
    place,
    holds: (path) => nodeAt(document, path) !== undefined,
  }
}

/** Reads the file that was asked for, or rollcall.yaml where there is one, or nothing. Throws CONFIG_INVALID. */
export function readConfigFile(asked: string | undefined, workingDirectory: string): ConfigFile {
  const file = resolve(workingDirectory, asked ?? defaultName)
  if (asked === undefined && !existsSync(file)) {
    return {
      file: undefined,
      folder: workingDirectory,
      settings: {},
      place: () => 'configuration',
      holds: () => false,
    }
  }
  return { file, folder: dirname(file), ...parse(file, readText(file)) }
}

/** The variables of the `.env` file in a folder; none where there is no such file. */
export function readDotEnv(folder: string): Record<string, string | undefined> {
  const file = resolve(folder, '.env')
  return existsSync(file) ? { ...parseEnv(readText(file)) } : {}
}
