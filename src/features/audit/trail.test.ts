import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { sql } from 'kysely'
import { appendAudit } from '#features/audit/append-audit.ts'
import { beginSeries, writeCheckpoint } from '#features/audit/checkpoints.ts'
import { exportAudit } from '#features/audit/export-audit.ts'
import { lineHash, noHash } from '#features/audit/line-hash.ts'
import { removeLines } from '#features/audit/remove-lines.ts'
import { countOldLines, removeOldLines } from '#features/audit/retain-audit.ts'
import { auditLab, entryOf, fillTrail } from '#test/audit-lab.ts'
import type { AuditLab } from '#test/audit-lab.ts'
import { databaseChild } from '#test/database-child.ts'
import { onEachDatabase } from '#test/each-database.ts'
import type { FreshDatabase } from '#test/each-database.ts'

const never = new AbortController().signal

async function labOf(t: TestContext, fresh: FreshDatabase): Promise<AuditLab> {
  const lab = auditLab(await fresh())
  t.after(() => lab.clear())
  return lab
}

const linesOf = ({ context }: AuditLab) =>
  context.db.selectFrom('audit_logs').selectAll().orderBy('id').execute()

const headOf = ({ context }: AuditLab) =>
  context.db.selectFrom('audit_chain').selectAll().executeTakeFirstOrThrow()

/** What docs/operations/audit.md says, by somebody who has only the export. */
function verifyExport(text: string): string | undefined {
  const sha256 = (input: string) => createHash('sha256').update(input, 'utf8').digest('hex')
  const [head, ...rest] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const end = rest.pop()
  let previous = head.hashBefore
  for (const line of rest) {
    const fields = [line.id, line.jobId, line.timestamp, line.level, line.eventType, line.message]
    fields.push(line.details, line.rowNumber, line.actor, line.operation, line.subject)
    const parts = fields.map((value) =>
      value === null ? '-\n' : `${Buffer.from(String(value), 'utf8').length}:${value}\n`,
    )
    const hash = sha256(`${previous}\nrollcall-audit-1\n${parts.join('')}`)
    if (line.removedBy === null && hash !== line.hash) return `line ${line.id}`
    previous = line.hash
  }
  return previous === end.lastHash && rest.length === end.lines ? undefined : 'the end'
}

onEachDatabase('the audit trail', (fresh) => {
  test('keeps every byte it hashed, also of texts that no database can hold', async (t) => {
    const lab = await labOf(t, fresh)
    const details = { z: 1, a: '\0 \uD800 \\u0000 "ü" 🦆\n\t\b', list: [1.5, 1e21, null, true], ' ': {} }

    await lab.append({ message: 'a\0b\uDC00c\r\n\\N\t🦆', actor: 'x\\', subject: '' }, { details })
    await lab.append({ message: 'x'.repeat(10_000), details: { long: 'y'.repeat(40_000) } })

    const [first, second, third] = await linesOf(lab)
    assert.equal(first!.message, 'a\uFFFDb\uFFFDc\r\n\\N\t🦆')
    assert.equal(second!.details, JSON.stringify({ ...details, a: '\uFFFD \uFFFD \\u0000 "ü" 🦆\n\t\b' }))
    assert.equal(first!.hash, lineHash(noHash, first!))
    assert.equal(second!.hash, lineHash(first!.hash, second!))
    assert.equal(third!.message.length, 4_000)
    assert.match(third!.details!, /^\{"shortened":true,"length":\d+\}$/)
    assert.equal((await lab.verify()).ok, true)
  })

  test('stays one chain without gaps or forks when 8 processes write at once', async (t) => {
    const lab = await labOf(t, fresh)
    const append = import.meta.resolve('#features/audit/append-audit.ts')
    const children = Array.from({ length: 8 }, (_, writer) =>
      databaseChild(
        lab.url,
        `const { appendAudit } = await import(${JSON.stringify(append)})
         const clock = { now: () => new Date().toISOString() }
         const entry = (n) => ({ actor: 'w${writer}', operation: 'x', message: String(n) })
         for (let n = 0; n < 10; n += 1)
           await Promise.all([appendAudit(opened.db, clock, [entry(n), entry(n)]), appendAudit(opened.db, clock, [entry(n)])])
         await opened.db.transaction().execute(async (transaction) => {
           await appendAudit(transaction, clock, [entry('lost')])
           throw new Error('undone')
         }).catch(() => {})`,
      ),
    )

    assert.deepEqual(await Promise.all(children.map((child) => child.ended)), Array(8).fill(0))

    const lines = await linesOf(lab)
    assert.deepEqual(
      lines.map((line) => line.id),
      Array.from({ length: 240 }, (_, index) => index + 1),
    )
    let previous = noHash
    for (const line of lines) previous = assertFollows(previous, line)
    assert.equal((await headOf(lab)).last_hash, previous)
    assert.ok(lines.every((line) => line.message !== 'lost'))
  })

  test('is read whole, from a checkpoint on, and proved up to the newest one', async (t) => {
    const lab = await labOf(t, fresh)
    await fillTrail(lab)

    const whole = await lab.verify()
    await lab.append({})
    const later = await lab.verify(whole.events)

    assert.deepEqual(
      { ...whole, seconds: 0 },
      {
        ok: true,
        events: 44,
        checked: 36,
        firstBad: null,
        checkpoints: 3,
        ranges: 1,
        tail: 'proved',
        provedUntil: 44,
        seconds: 0,
      },
    )
    assert.deepEqual([later.ok, later.checked, later.tail, later.provedUntil], [true, 1, 'unproved', 44])
    for (let from = 0; from <= 44; from += 4) assert.equal((await lab.verify(from)).ok, true, String(from))
  })

  const tampering: [what: string, statement: string, id: number, reason: RegExp][] = [
    ['words edited', `update audit_logs set message = 'nothing' where id = 12`, 12, /^edited: its words/],
    [
      'a hash edited',
      `update audit_logs set hash = '${'a'.repeat(64)}' where id = 12`,
      12,
      /^edited: its hash/,
    ],
    [
      'lines deleted',
      'delete from audit_logs where id in (12, 13)',
      12,
      /^deleted: lines 12 to 13 are missing/,
    ],
    [
      'a purge made up',
      `update audit_logs set message = '', removed_by = 41 where id = 12`,
      5,
      /^edited: one of the 9 lines from here on that count as purged by line 41/,
    ],
    ['the tail cut', 'delete from audit_logs where id > 42', 43, /^tail cut: lines 43 to 44 are missing/],
    ['a range changed', `update audit_ranges set removed_by = 'me'`, 1, /^range record forged/],
    ['the end moved', `update audit_chain set mac = '00'`, 44, /^rewritten as a whole/],
    ['the end deleted', 'delete from audit_chain', 1, /^deleted: what tells where the trail ends is gone/],
    [
      'a line put in front',
      `insert into audit_logs (id, timestamp, level, event_type, message, actor, hash) values (0, '', 'INFO', 'x', '', '', '')`,
      0,
      /^inserted/,
    ],
  ]
  test('says where it was tampered with, and how', async (t) => {
    const lab = await labOf(t, fresh)
    await fillTrail(lab)
    const undo = new Error('undone')

    for (const [what, statement, id, reason] of tampering) {
      const attempt = lab.context.db.transaction().execute(async (transaction) => {
        await sql.raw(statement).execute(transaction)
        const { firstBad } = await lab.verify(undefined, transaction)
        assert.equal(firstBad?.id, id, `${what}: ${firstBad?.reason}`)
        assert.match(firstBad.reason, reason, what)
        throw undo
      })
      await assert.rejects(attempt, undo)
    }
  })

  test('that went back with its database is told from one that was cut, once somebody says so', async (t) => {
    const lab = await labOf(t, fresh)
    await lab.append({}, {}, {})
    const { id: _, ...old } = await headOf(lab)
    await writeCheckpoint(lab.context)
    await lab.append({}, {})
    await writeCheckpoint(lab.context)
    await sql`delete from audit_logs where id > 3`.execute(lab.context.db)
    await lab.context.db.updateTable('audit_chain').set(old).execute()

    const before = await lab.verify()
    await assert.rejects(
      writeCheckpoint(lab.context),
      /older than the checkpoint.*restored from a backup or truncated/,
    )
    await beginSeries(lab.context, entryOf({ operation: 'db.restore' }))
    const after = await lab.verify()

    assert.match(
      before.firstBad!.reason,
      /older than the checkpoint of line 5.*restored from a backup or truncated/,
    )
    assert.equal(before.firstBad!.id, 4)
    assert.deepEqual([after.ok, after.tail, after.events], [true, 'proved', 4])
    assert.deepEqual(JSON.parse((await linesOf(lab))[3]!.details!), { olderThanCheckpoint: 5, lastLine: 3 })
  })

  test('is proved by nothing where no checkpoint is left, also when all of it is gone', async (t) => {
    const lab = await labOf(t, fresh)
    const { id: _, ...empty } = await headOf(lab)
    await lab.append({}, {})
    await writeCheckpoint(lab.context)
    rmSync(lab.file)

    const without = await lab.verify()
    await sql`delete from audit_logs`.execute(lab.context.db)
    await lab.context.db.updateTable('audit_chain').set(empty).execute()
    const gone = await lab.verify()

    assert.deepEqual([without.checkpoints, without.tail, without.provedUntil], [0, 'unproved', 0])
    assert.deepEqual([gone.events, gone.tail], [0, 'unproved'])
  })

  test('takes no more lines when its end was deleted, and says what is wrong', async (t) => {
    const lab = await labOf(t, fresh)
    await lab.append({})
    await sql`delete from audit_chain`.execute(lab.context.db)

    await assert.rejects(lab.append({}), { code: 'DATABASE_CORRUPT', message: /where the audit trail ends/ })
  })

  test('is never blessed by what is written after it was tampered with', async (t) => {
    const lab = await labOf(t, fresh)
    await lab.append({}, {}, {})
    await lab.context.db.updateTable('audit_logs').set({ message: 'x' }).where('id', '=', 3).execute()
    const [, second, third] = await linesOf(lab)
    const hash = lineHash(second!.hash, third!)
    await lab.context.db.updateTable('audit_logs').set({ hash }).where('id', '=', 3).execute()
    await lab.context.db.updateTable('audit_chain').set({ last_hash: hash }).execute()

    await lab.append({ message: 'and on' })

    await assert.rejects(writeCheckpoint(lab.context), /not signed by Rollcall/)
    assert.match((await lab.verify()).firstBad!.reason, /rewritten as a whole/)
  })

  test('notices a checkpoint file that was changed, and mends one that a crash cut short', async (t) => {
    const lab = await labOf(t, fresh)
    for (let count = 0; count < 3; count += 1) {
      await lab.append({})
      await writeCheckpoint(lab.context)
    }
    const text = readFileSync(lab.file, 'utf8')
    const lines = text.split('\n')
    const reasonFor = async (changed: string) => {
      writeFileSync(lab.file, changed)
      return (await lab.verify()).firstBad?.reason ?? null
    }

    assert.match((await reasonFor(text.replace('"id":2', '"id":1')))!, /^checkpoint forged: line 2/)
    assert.match((await reasonFor([lines[0], ...lines.slice(2)].join('\n')))!, /^checkpoint missing: line 2/)
    assert.match((await reasonFor(`${text}nonsense\n`))!, /^checkpoint forged: line 4/)
    assert.equal(await reasonFor(text.slice(0, -20)), null)
    await lab.append({})
    await writeCheckpoint(lab.context)
    const { ok, checkpoints, tail } = await lab.verify()
    assert.deepEqual([ok, checkpoints, tail], [true, 3, 'proved'])
    assert.equal(await writeCheckpoint(lab.context), undefined, 'nothing new, no line')
  })

  test('loses its beginning by retention only, in steps, and the rest stays provable', async (t) => {
    const lab = await labOf(t, fresh)
    const { context } = lab
    await appendAudit(
      context.db,
      context.clock,
      Array.from({ length: 4_500 }, () => entryOf()),
    )
    await writeCheckpoint(context)
    context.clock.advance(1_000)
    const before = context.clock.now()
    await lab.append({}, {})

    const count = await countOldLines(context, before)
    const removed = await removeOldLines(context, { before, by: 'system:maintain' }, never)
    context.clock.advance(1_000)
    const more = await removeOldLines(context, { before: context.clock.now(), by: 'system:maintain' }, never)

    assert.deepEqual([count, removed, more], [4_500, 4_500, 2])
    const { firstBad, checked, ranges } = await lab.verify()
    assert.deepEqual([firstBad, checked, ranges], [null, 2, 2])
  })

  test('is not shortened past a line that was tampered with', async (t) => {
    const lab = await labOf(t, fresh)
    const { context } = lab
    await lab.append({}, {}, {})
    await context.db.updateTable('audit_logs').set({ message: 'x' }).where('id', '=', 2).execute()
    context.clock.advance(1_000)

    await assert.rejects(
      removeOldLines(context, { before: context.clock.now(), by: 'system:maintain' }, never),
      /Line 2 of the audit trail is not what was written/,
    )

    assert.equal((await linesOf(lab)).length, 4)
  })

  test('keeps place, time and hash of a purged job’s lines, and who purged it', async (t) => {
    const lab = await labOf(t, fresh)
    await lab.append({ jobId: 7, subject: 'device:1', details: { a: 1 } }, { jobId: 8 }, { jobId: 7 })
    const before = await linesOf(lab)

    const { count } = await lab.context.db
      .transaction()
      .execute((transaction) => removeLines(transaction, lab.context.clock, { jobId: 7, by: 'ada' }))

    const after = await linesOf(lab)
    assert.equal(count, 2)
    assert.deepEqual(
      { ...after[0] },
      {
        ...before[0],
        message: '',
        details: null,
        actor: '',
        subject: null,
        removed_by: 4,
      },
    )
    assert.deepEqual(after[1], before[1])
    assert.equal(after[3]!.message, 'ada removed what 2 lines of job 7 said')
    assert.equal((await lab.verify()).ok, true)
  })

  test('leaves as lines that a stranger can verify, whole or in part', async (t) => {
    const lab = await labOf(t, fresh)
    await fillTrail(lab)
    const exported = async (times: object) =>
      (await Array.fromAsync(exportAudit(lab.context, times, never))).join('')

    const whole = await exported({})
    const middle = await exported({ from: '2026-01-02T00:00:00.000Z' })

    assert.equal(verifyExport(whole), undefined)
    assert.equal(verifyExport(middle), undefined)
    assert.equal(verifyExport(whole.replace('Row 12 was', 'Row 13 was')), 'line 12')
    assert.equal(verifyExport(whole.split('\n').toSpliced(5, 1).join('\n')) === undefined, false)
  })
})

function assertFollows(previous: string, line: Parameters<typeof lineHash>[1] & { hash: string }): string {
  assert.equal(line.hash, lineHash(previous, line), `line ${line.id}`)
  return line.hash
}
