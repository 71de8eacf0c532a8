import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '#kernel/errors.ts'
import type { RouterClient } from '#sources/mikrotik/router-client.ts'

/** REST has recordings of its own; these are of the binary API, one file a menu. */
const fileOf = (folder: string, menu: string): string => join(folder, `api_${menu.replaceAll('/', '_')}.json`)

const recording = z.array(z.record(z.string(), z.string())).nullable()

/** Passes on what a router answers and keeps it; no menu that is read holds a login. */
export function recordingClient(client: RouterClient, folder: string): RouterClient {
  return {
    async print(menu, properties, signal) {
      const rows = await client.print(menu, properties, signal)
      await mkdir(folder, { recursive: true })
      await writeFile(fileOf(folder, menu), `${JSON.stringify(rows ?? null, null, 2)}\n`, { mode: 0o600 })
      return rows
    },
    close: () => client.close(),
  }
}

/** Answers from such a folder. */
export function recordedClient(folder: string): RouterClient {
  return {
    async print(menu, _properties, signal) {
      signal.throwIfAborted()
      const file = fileOf(folder, menu)
      const text = await readFile(file, 'utf8').catch((cause: unknown) => {
        throw new AppError('SOURCE_FILE_UNREADABLE', `There is no recording ${file}`, { cause })
      })
      try {
        return recording.parse(JSON.parse(text)) ?? undefined
      } catch (cause) {
        throw new AppError('SOURCE_FILE_UNREADABLE', `${file} is no recording`, { cause })
      }
    },
    close: async () => {},
  }
}
