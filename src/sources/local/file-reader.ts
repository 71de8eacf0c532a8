import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Reads the small files in which Linux describes the machine, and remembers what it was not allowed to read. */
export interface FileReader {
  /** The trimmed content; undefined when the file is not there, empty or not readable. */
  text(path: string): Promise<string | undefined>
  /** The names in a folder; none when it is not there. */
  names(path: string): Promise<string[]>
  /** Paths that exist but are for others to read. */
  readonly denied: readonly string[]
}

/** A reader below `root`, which is `/` but in tests. */
export function openFileReader(root = '/'): FileReader {
  const denied: string[] = []
  const refused = (path: string, error: unknown) => {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EACCES' || code === 'EPERM') denied.push(path)
  }
  return {
    denied,
    async text(path) {
      try {
        // Firmware strings may end in zero bytes.
        const content = (await readFile(join(root, path), 'utf8')).replaceAll('\0', '').trim()
        return content === '' ? undefined : content
      } catch (error) {
        refused(path, error)
        return undefined
      }
    },
    async names(path) {
      try {
        return (await readdir(join(root, path))).sort()
      } catch (error) {
        refused(path, error)
        return []
      }
    },
  }
}
