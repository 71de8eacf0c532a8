import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Reads the small files in which the kernel describes itself, and remembers what it was not allowed to read. */
export interface SystemFiles {
  /** The trimmed content; undefined when the file is not there, empty or not readable. */
  text(path: string): Promise<string | undefined>
  /** A whole number; undefined when there is none. */
  number(path: string): Promise<number | undefined>
  /** The names in a folder, sorted; none when it is not there. */
  names(path: string): Promise<string[]>
  exists(path: string): Promise<boolean>
  /** Where a path of the machine really is. */
  real(path: string): string
  /** Paths that exist but are for others to read. */
  readonly denied: ReadonlySet<string>
}

/** A reader below `root`, which is `/` but in tests. */
export function openSystemFiles(root = '/'): SystemFiles {
  const denied = new Set<string>()
  const real = (path: string) => join(root, path)
  const refused = (path: string, error: unknown): undefined => {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EACCES' || code === 'EPERM') denied.add(path)
  }
  async function text(path: string): Promise<string | undefined> {
    try {
      // Firmware strings may end in zero bytes.
      const content = (await readFile(real(path), 'utf8')).replaceAll('\0', '').trim()
      denied.delete(path)
      return content === '' ? undefined : content
    } catch (error) {
      return refused(path, error)
    }
  }
  return {
    denied,
    real,
    text,
    async number(path) {
      const found = await text(path)
      return found !== undefined && /^-?\d+$/.test(found) ? Number(found) : undefined
    },
    async names(path) {
      try {
        return (await readdir(real(path))).sort()
      } catch (error) {
        return refused(path, error) ?? []
      }
    },
    exists: (path) =>
      stat(real(path)).then(
        () => true,
        () => false,
      ),
  }
}
