import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { createInterface } from 'node:readline'

export interface DatabaseChild {
  /** Resolves with the next line it prints, or undefined when it ended. */
  line(): Promise<string | undefined>
  /** Every line printed so far, taken or not. */
  lines: readonly string[]
  say(text: string): void
  /** Ends it as a power cut would; resolves when it is gone. */
  kill(): Promise<void>
  /** Resolves with its exit code. */
  ended: Promise<number | null>
}

/** Another process that opens the same database as `opened` and runs a piece of JavaScript on it. */
export function databaseChild(url: string, code: string): DatabaseChild {
  const script = `
    import { writeSync } from 'node:fs'
    import { sql } from 'kysely'
    const { openDatabase } = await import(${JSON.stringify(import.meta.resolve('#database/open.ts'))})
    const { migrate } = await import(${JSON.stringify(import.meta.resolve('#database/migrate.ts'))})
    const print = (text) => writeSync(1, text + '\\n')
    const heard = new Promise((resolve) => process.stdin.once('data', resolve))
    const opened = await openDatabase({ url: ${JSON.stringify(url)} })
    const tag = (name) => ({ name, type: 'label', created_at: 'x', version: 1 })
    ${code}
    await opened.close()
    process.exit(0)`
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(
    process.execPath,
    ['--input-type=module', '--eval', script],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const lines: string[] = []
  let taken = 0
  let isOver = false
  let wake = () => {}
  const reader = createInterface(child.stdout)
  reader.on('line', (line) => {
    lines.push(line)
    wake()
  })
  reader.on('close', () => {
    isOver = true
    wake()
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    lines,
    ended,
    async line() {
      while (lines.length <= taken && !isOver) await new Promise<void>((resolve) => (wake = resolve))
      return lines[taken++]
    },
    say: (text) => void child.stdin.write(text),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
