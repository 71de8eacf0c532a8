import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { operation } from '#features/operation.ts'
import type { CliParts } from '#surfaces/cli/cli-parts.ts'
import { runSampleCli } from '#test/run-sample-cli.ts'

const proposal = { action: 'tag', parameters: { add: ['web'] }, rowsFrom: { kind: 'query', q: 'type:vm' } }

/** What words mean here, and the previews that were asked for. */
function wordsThat(understood: boolean) {
  const previews: unknown[] = []
  const job = { id: 7, status: 'completed', totalRows: 1, processedRows: 1 }
  const operations: CliParts['operations'] = [
    operation({
      name: 'job.propose',
      summary: 'Tell what some words would do.',
      http: 'POST /jobs/propose',
      effect: 'read',
      permission: 'jobs.submit',
      preview: true,
      input: z.object({ text: z.string() }),
      output: z.looseObject({}),
      cli: { show: ({ sentence }: { sentence: string }) => sentence },
      run: async (_call, { text }) => ({
        understood,
        sentence: `about ${text}`,
        proposal: understood ? proposal : null,
      }),
    }),
    operation({
      name: 'job.preview',
      summary: 'Prepare a job.',
      http: 'POST /jobs/preview',
      effect: 'read',
      permission: 'jobs.submit',
      preview: true,
      input: z.looseObject({}),
      output: z.looseObject({}),
      async run(_call, input) {
        previews.push(input)
        return job
      },
    }),
    operation({
      name: 'job.show',
      summary: 'Show one job.',
      http: 'GET /jobs/:id',
      effect: 'read',
      permission: 'jobs.read',
      input: z.object({ id: z.number() }),
      output: z.looseObject({}),
      run: async () => job,
    }),
  ]
  return { operations, previews }
}

const terminal = { isTty: true, width: 80 }

test('words become a preview only after a yes', async () => {
  const words = wordsThat(true)

  const no = await runSampleCli('do tag web on type:vm', {
    ...words,
    ...terminal,
    confirm: async () => false,
  })
  const unseen = await runSampleCli('do tag web on type:vm', words)
  const asked = words.previews.length
  const yes = await runSampleCli('do tag web on type:vm', {
    ...words,
    ...terminal,
    confirm: async () => true,
  })

  assert.deepEqual([no.code, unseen.code, asked], [0, 0, 0])
  assert.match(no.out, /about tag web on type:vm/)
  assert.deepEqual(words.previews, [{ ...proposal, originalCommand: 'rollcall do tag web on type:vm' }])
  assert.match(yes.out, /job 7 completed/)
})

test('words that are not clear end in their question, and --json only tells', async () => {
  const unclear = wordsThat(false)
  const clear = wordsThat(true)

  const first = await runSampleCli('do something', { ...unclear, ...terminal, confirm: async () => true })
  const second = await runSampleCli('--json do tag web on type:vm', {
    ...clear,
    ...terminal,
    confirm: async () => true,
  })

  assert.deepEqual([first.code, unclear.previews, second.code, clear.previews], [1, [], 0, []])
  assert.equal((JSON.parse(second.out) as { understood: boolean }).understood, true)
})
