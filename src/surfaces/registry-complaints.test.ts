import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { operationTable } from '#surfaces/operation-table.ts'
import { registryComplaints } from '#surfaces/registry-complaints.ts'
import { sampleWorld } from '#test/sample-operations.ts'

const { operations } = sampleWorld()
const show = operations.find((each) => each.name === 'thing.show')!

test('the sample operations are as they should be', () => {
  assert.deepEqual(registryComplaints(operations), [])
})

const wrong: [change: Partial<typeof show>, complaint: RegExp][] = [
  [{ effect: 'change' }, /is a GET and changes something/],
  [{ http: 'POST /things/:id', effect: 'danger' }, /with a right to read/],
  [{ http: 'GET /things/:name' }, /names name, which is no field/],
  [{ cli: { arguments: ['what'] } }, /names what, which is no field/],
  [{ paged: true }, /paged without limit and cursor/],
  [{ job: true }, /does not answer its jobId/],
  [{ output: z.object({ items: z.array(z.string()), nextCursor: z.null() }) }, /does not say paged/],
  [{ summary: 'Show' }, /no sentence/],
]
for (const [change, complaint] of wrong) {
  test(`an operation with ${JSON.stringify(Object.keys(change))} wrong is complained about: ${complaint.source}`, () => {
    assert.match(registryComplaints([{ ...show, ...change }]).join('\n'), complaint)
  })
}

test('two operations cannot share a name, an address or a command', () => {
  const other = {
    ...show,
    name: 'thing.other' as const,
    http: 'GET /things/:id' as const,
    cli: { aliases: ['thing show'] },
  }
  const found = registryComplaints([show, show, other]).join('\n')
  for (const what of ['name: thing.show', 'address: GET /things/:', 'command: thing show']) {
    assert.match(found, new RegExp(`the same ${what}`))
  }
})

test('the table has a line for each operation', () => {
  const table = operationTable(operations)
  assert.match(
    table,
    /^thing\.refresh +POST \/things\/refresh +change\+job +sync\.run +thing refresh \[names\] \| refresh$/m,
  )
  assert.equal(table.split('\n').length, operations.length + 2)
})
