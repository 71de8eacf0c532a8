import { answerOperation } from '#surfaces/answer-operation.ts'
import type { CliParts } from '#surfaces/cli/cli-parts.ts'
import { runCli } from '#surfaces/cli/run-cli.ts'
import { type SampleWorld, sampleWorld } from '#test/sample-operations.ts'
import { actorOf, stubContext } from '#test/sample-server.ts'
import { TestClock } from '#test/test-clock.ts'

/** How one command line went. */
export interface Outcome {
  code: number
  out: string
  errors: string
  world: SampleWorld
}

/** Runs a command line over the sample world, in this process and without a terminal unless told otherwise. */
export async function runSampleCli(
  line: string | readonly string[],
  overrides: Partial<CliParts> = {},
  world: SampleWorld = sampleWorld(),
): Promise<Outcome> {
  const out: string[] = []
  const errors: string[] = []
  const context = stubContext()
  const code = await runCli({
    argv: typeof line === 'string' ? line.split(' ').filter(Boolean) : line,
    version: '1.2.3',
    operations: world.operations,
    execute: ({ operation, input }, signal) =>
      answerOperation(operation, context, actorOf('admin'), input, signal),
    print: (text) => out.push(text),
    printError: (text) => errors.push(text),
    isTty: false,
    confirm: () => Promise.reject(new Error('nobody is here')),
    clock: new TestClock(),
    signal: new AbortController().signal,
    ...overrides,
  })
  return { code, out: out.join('\n'), errors: errors.join('\n'), world }
}
