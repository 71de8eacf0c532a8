import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { AppError } from '#kernel/errors.ts'
import { createBlobReader } from '#sources/oxidized/blob-reader.ts'
import type { FileVersion, Repository } from '#sources/oxidized/repository.ts'

type Child = ChildProcessByStdio<Writable, Readable, Readable>

/** Nothing of a repository's own configuration may start a program or change what is printed. */
const calm = ['-c', 'core.quotePath=false', '-c', 'log.showSignature=false', '-c', 'log.mailmap=false']

const start = (folder: string, args: readonly string[]): Child =>
  spawn('git', [`--git-dir=${folder}`, ...calm, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })

/** Whether the program is there. */
export const hasGit = (): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn('git', ['--version'], { stdio: 'ignore' })
    child.once('error', () => resolve(false))
    child.once('close', (code) => resolve(code === 0))
  })

const unreadable = (folder: string, said: string, cause?: unknown): AppError =>
  new AppError('SOURCE_FILE_UNREADABLE', `The repository ${folder} could not be read: ${said}`, {
    hint: 'Rollcall’s user needs to be able to read the folder and all that is in it.',
    cause,
  })

/** What the program says line by line or piece by piece; thrown errors tell what it complained of. */
async function* output(
  folder: string,
  args: readonly string[],
  separator: string,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  signal.throwIfAborted()
  const child = start(folder, args)
  const stop = () => child.kill('SIGKILL')
  signal.addEventListener('abort', stop, { once: true })
  child.stdin.end()
  const ended = endOf(child)
  try {
    let rest = ''
    // Names and messages may be any bytes; what is compared and stored of them is text.
    for await (const chunk of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
      const pieces = `${rest}${chunk}`.split(separator)
      rest = pieces.pop()!
      yield* pieces
    }
    const { code, said } = await ended
    signal.throwIfAborted()
    if (code !== 0) throw unreadable(folder, said)
    if (rest !== '') yield rest
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}

async function endOf(child: Child): Promise<{ code: number | null; said: string }> {
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(0, 500)))
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      said = error.message
      resolve(null)
    })
    child.once('close', resolve)
  })
  return { code, said: said.trim().split('\n')[0] ?? '' }
}

async function first(pieces: AsyncGenerator<string, void>): Promise<string | undefined> {
  for await (const piece of pieces) return piece
  return undefined
}

const commitsAtOnce = 500

async function* commitsOf(folder: string, signal: AbortSignal): AsyncGenerator<string[], void> {
  let batch: string[] = []
  for await (const commit of output(folder, ['rev-list', '--first-parent', 'HEAD'], '\n', signal)) {
    batch.push(commit)
    if (batch.length < commitsAtOnce) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** Each commit is a piece that begins with \x01; then a piece with modes and blobs and one with the path, per file. */
const format = '%x01%H%x02%at%x02%an%x02%s'
const entry = /^\n?:\d{6} (\d{6}) [0-9a-f]+ ([0-9a-f]+) [A-Z]/
const regularFile = /^100/

async function* versionsOf(
  folder: string,
  after: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<FileVersion, void> {
  const range = after === undefined ? 'HEAD' : `${after}..HEAD`
  const shape = [
    '--raw',
    '--root',
    '-m',
    '--no-abbrev',
    '--no-renames',
    '--no-ext-diff',
    '--no-textconv',
    '-z',
  ]
  const args = ['log', '--reverse', '--first-parent', ...shape, `--format=${format}`, range, '--']
  let commit: Omit<FileVersion, 'path' | 'blob'> | undefined
  let blob: string | undefined
  for await (const piece of output(folder, args, '\0', signal)) {
    const begin = piece.indexOf('\x01')
    if (begin !== -1) {
      const [oid, at, author, message] = piece.slice(begin + 1).split('\x02')
      commit = { commit: oid!, seconds: Number(at), author: author ?? '', message: message ?? '' }
      continue
    }
    const [, mode, found] = entry.exec(piece) ?? []
    if (found !== undefined) blob = regularFile.test(mode!) ? found : undefined
    else if (blob !== undefined && commit !== undefined) {
      yield { ...commit, path: piece, blob }
      blob = undefined
    }
  }
}

const treeEntry = /^100\d{3} blob ([0-9a-f]+)\t(.*)$/s

async function filesOf(folder: string, signal: AbortSignal): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  for await (const line of output(folder, ['ls-tree', '-r', '-z', '--full-tree', 'HEAD'], '\0', signal)) {
    const [, blob, path] = treeEntry.exec(line) ?? []
    if (blob !== undefined) files.set(path!, blob)
  }
  return files
}

/** Reads a repository by the program git, which is many times as fast as what runs in this process. */
export function openByProgram(folder: string): Repository {
  const blobs = createBlobReader(
    () => start(folder, ['cat-file', '--batch']),
    (said) => unreadable(folder, said),
  )
  const head = async (signal: AbortSignal): Promise<string | undefined> => {
    // Fails for a folder that is no repository; a repository without commits answers with nothing.
    await first(output(folder, ['rev-parse', '--git-dir'], '\n', signal))
    const verify = ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']
    return first(output(folder, verify, '\n', signal)).catch(() => {
      signal.throwIfAborted()
      return undefined
    })
  }
  return {
    head,
    files: (signal) => filesOf(folder, signal),
    commits: (signal) => commitsOf(folder, signal),
    versions: (after, signal) => versionsOf(folder, after, signal),
    blob: (oid, signal) => blobs.read(oid, signal),
    close: () => blobs.close(),
  }
}
