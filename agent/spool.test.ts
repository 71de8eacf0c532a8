import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { openSpool, type Spool } from '#agent/spool.ts'
import { agentFolder } from '#test/agent-lab.ts'

const line = (number: number) => JSON.stringify({ number })
const numbersIn = (lines: readonly string[]) =>
  lines.map((each) => (JSON.parse(each) as { number: number }).number)

function drained(spool: Spool): number[] {
  const found: number[] = []
  for (let batch = spool.oldest(); batch !== undefined; batch = spool.oldest()) {
    found.push(...numbersIn(batch.lines))
    batch.done()
  }
  return found
}

test('heartbeats come back in their order, in batches, and are gone when the hub has them', (context) => {
  const spool = openSpool(agentFolder(context), { bytes: 10_000, batch: 3 })
  for (let number = 0; number < 7; number += 1) spool.add(line(number))

  assert.deepEqual(numbersIn(spool.oldest()!.lines), [0, 1, 2])
  assert.deepEqual(numbersIn(spool.oldest()!.lines), [0, 1, 2], 'until they are done')
  assert.deepEqual(drained(spool), [0, 1, 2, 3, 4, 5, 6])
  assert.equal(spool.bytes, 0)
})

test('when there is no more room the oldest go and are counted', (context) => {
  const spool = openSpool(agentFolder(context), { bytes: 150, batch: 2 })
  for (let number = 10; number < 40; number += 1) spool.add(line(number))
  const left = drained(spool)

  assert.ok(left.length >= 8, String(left.length))
  assert.equal(left.at(-1), 39)
  assert.equal(spool.dropped, 30 - left.length)
})

test('a line that a crash cut off is none, and later ones are not glued to it', (context) => {
  const folder = agentFolder(context)
  openSpool(folder).add(line(1))
  const [file] = readdirSync(folder)
  appendFileSync(path.join(folder, file!), '{"number":2,"metr')
  const spool = openSpool(folder)
  spool.add(line(3))

  assert.deepEqual(drained(spool), [1, 3])
  assert.deepEqual(readdirSync(folder), [])
})

test('what was added is there after kill -9 at any moment', async (context) => {
  const folder = agentFolder(context)
  const program = `
    import { openSpool } from ${JSON.stringify(path.join(import.meta.dirname, 'spool.ts'))}
    const spool = openSpool(process.argv[1], { bytes: 1e9, batch: 7 })
    for (let number = 0; ; number += 1) {
      spool.add(JSON.stringify({ number, filling: 'x'.repeat(500) }))
      process.stdout.write(number + '\\n')
    }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  let added = -1
  for await (const said of createInterface({ input: child.stdout })) {
    added = Number(said)
    if (added === 40) child.kill('SIGKILL')
  }
  await ended

  const found = drained(openSpool(folder))
  assert.ok(found.length > added, `${added} were added and ${found.length} are there`)
  assert.deepEqual(
    found,
    found.map((_each, index) => index),
  )
})
