import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'
import type { Clock } from '#agent/clock.ts'
import type { Tools } from '#agent/collector.ts'
import type { CommandOutcome } from '#agent/run-command.ts'
import { openSystemFiles } from '#agent/system-files.ts'

/** An empty folder that goes with the test. */
export function agentFolder(context: TestContext): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rollcall-agent-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A machine of files: what /proc and /sys hold, and what programs answer. */
export interface SampleMachine {
  tools: Tools
  clock: AgentClock
  write(file: string, text: string): void
  /** Answers by the first words of a command line. */
  programs: Map<string, CommandOutcome>
  asked: string[]
}

export function sampleMachine(context: TestContext, files: Record<string, string> = {}): SampleMachine {
  const root = agentFolder(context)
  const write = (file: string, text: string) => {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true })
    writeFileSync(path.join(root, file), text)
  }
  for (const [file, text] of Object.entries(files)) write(file, text)
  const programs = new Map<string, CommandOutcome>()
  const asked: string[] = []
  const clock = new AgentClock()
  const run: Tools['run'] = async (command) => {
    const line = command.join(' ')
    asked.push(line)
    const found = [...programs].find(([start]) => line.startsWith(start))
    return found?.[1] ?? { code: undefined, out: '', failure: `${command[0]}: ENOENT` }
  }
  return { tools: { files: openSystemFiles(root), run, clock }, clock, write, programs, asked }
}

/** A clock that stands still until it is told to move. */
export class AgentClock implements Clock {
  #now = Date.parse('2026-11-22T10:00:00.000Z')
  #elapsed = 0
  #sleepers: { until: number; wake: () => void }[] = []

  now = () => this.#now
  monotonic = () => this.#elapsed

  /** How many wait for time to pass. */
  get sleepers(): number {
    return this.#sleepers.length
  }

  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted || milliseconds <= 0) return resolve()
      const sleeper = { until: this.#elapsed + milliseconds, wake: resolve }
      this.#sleepers.push(sleeper)
      const leave = () => {
        this.#sleepers = this.#sleepers.filter((each) => each !== sleeper)
        resolve()
      }
      signal.addEventListener('abort', leave, { once: true })
    })
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds
    this.#elapsed += milliseconds
    const due = this.#sleepers.filter(({ until }) => until <= this.#elapsed)
    this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#elapsed)
    for (const { wake } of due) wake()
  }
}

/** Lets everything that is ready go on, a few rounds of the event loop. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 20; round += 1) await new Promise((resolve) => setImmediate(resolve))
}
