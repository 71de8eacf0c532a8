import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import type { AuditChainTable, AuditLogsTable, Database } from '#database/schema.ts'
import { lineHash, noHash } from '#features/audit/line-hash.ts'
import type { AuditLab } from '#test/audit-lab.ts'

/** A source of numbers that is the same for the same seed. */
export function numbersFrom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

interface World {
  db: Database
  lines: readonly AuditLogsTable[]
  /** Ends of the chain as they once were, with their good signatures. */
  oldHeads: readonly AuditChainTable[]
  pick: (below: number) => number
}

/** What somebody does who can write to the database and has no key; gives what it was, in a word. */
type Mutation = (world: World) => Promise<string>

const undo = new Error('undone')

/**
 * Does random things to a trail, one at a time, and asks each time whether it is whole; each is undone again. Gives
 * what was not noticed: nothing, where all is well.
 */
export async function unnoticedMutations(
  lab: AuditLab,
  oldHeads: readonly AuditChainTable[],
  { count, seed }: { count: number; seed: number },
): Promise<string[]> {
  const { db } = lab.context
  const pick = numbersFrom(seed)
  const lines = await db.selectFrom('audit_logs').selectAll().orderBy('id').execute()
  const missed: string[] = []
  for (let number = 0; number < count; number += 1) {
    await db
      .transaction()
      .execute(async (transaction) => {
        const mutate = mutations[number % mutations.length]!
        const what = await mutate({ db: transaction, lines, oldHeads, pick })
        const { ok } = await lab.verify(undefined, transaction)
        if (ok) missed.push(`${number}: ${what}`)
        throw undo
      })
      .catch((error: unknown) => assert.equal(error, undo))
  }
  return missed
}

const one = <T>(list: readonly T[], pick: World['pick']): T => list[pick(list.length)]!

const textColumns = [
  'timestamp',
  'level',
  'event_type',
  'message',
  'actor',
  'operation',
  'subject',
  'hash',
] as const
const numberColumns = ['job_id', 'row_number', 'removed_by'] as const

const editText: Mutation = async ({ db, lines, pick }) => {
  const line = one(lines, pick)
  const column = one(textColumns, pick)
  const text = line[column] ?? ''
  const levels = ['INFO', 'WARNING', 'ERROR'].filter((level) => level !== text)
  const at = pick(text.length + 1)
  const changed =
    column === 'level'
      ? one(levels, pick)
      : `${text.slice(0, at)}${one(['x', '0', '\n', '🦆'], pick)}${text.slice(at + pick(2))}`
  const value = changed === text ? `${text}!` : changed
  await db
    .updateTable('audit_logs')
    .set({ [column]: value })
    .where('id', '=', line.id)
    .execute()
  return `${column} of line ${line.id}`
}

const editNumber: Mutation = async ({ db, lines, pick }) => {
  const line = one(lines, pick)
  const column = one(numberColumns, pick)
  const others = [null, 1, 7, 8, line.id + 1, lines.at(-1)!.id].filter((value) => value !== line[column])
  const value = one(others, pick)
  await db
    .updateTable('audit_logs')
    .set({ [column]: value })
    .where('id', '=', line.id)
    .execute()
  return `${column} of line ${line.id} to ${value}`
}

const editDetails: Mutation = async ({ db, lines, pick }) => {
  const line = one(lines, pick)
  const value =
    line.details === null
      ? '{"count":1}'
      : line.details
          .replace(/\d/, (digit) => String((Number(digit) + 1) % 10))
          .replace('{', pick(2) ? '{' : '{ ')
  const details = value === line.details ? null : value
  await db.updateTable('audit_logs').set({ details }).where('id', '=', line.id).execute()
  return `details of line ${line.id}`
}

const deleteLines: Mutation = async ({ db, lines, pick }) => {
  const { id } = one(lines, pick)
  const last = id + pick(3)
  await db.deleteFrom('audit_logs').where('id', '>=', id).where('id', '<=', last).execute()
  return `lines ${id} to ${last} deleted`
}

const shiftIds = async (db: Database, from: number, by: number): Promise<void> => {
  // Over far places, so that no two meet on the way.
  await db
    .updateTable('audit_logs')
    .set((eb) => ({ id: eb('id', '+', 1_000_000) }))
    .where('id', '>=', from)
    .execute()
  await db
    .updateTable('audit_logs')
    .set((eb) => ({ id: eb('id', '+', by - 1_000_000) }))
    .where('id', '>=', 1_000_000)
    .execute()
}

const deleteAndRenumber: Mutation = async ({ db, lines, pick }) => {
  const { id } = one(lines, pick)
  await db.deleteFrom('audit_logs').where('id', '=', id).execute()
  await shiftIds(db, id, -1)
  if (pick(2))
    await db
      .updateTable('audit_chain')
      .set((eb) => ({ last_id: eb('last_id', '-', 1) }))
      .execute()
  return `line ${id} deleted, the rest renumbered`
}

const insertLine: Mutation = async ({ db, lines, pick }) => {
  const model = one(lines, pick)
  const id = one([0, -3, lines[0]!.id - 1, lines.at(-1)!.id + 1, model.id], pick)
  if (id === model.id) await shiftIds(db, id, 1)
  await db
    .insertInto('audit_logs')
    .values({ ...model, id })
    .execute()
  return `a line put in at ${id}`
}

const swapLines: Mutation = async ({ db, lines, pick }) => {
  const left = one(lines, pick)
  const right = one(
    lines.filter((line) => line !== left),
    pick,
  )
  for (const [id, { id: _, ...content }] of [
    [left.id, right],
    [right.id, left],
  ] as const)
    await db.updateTable('audit_logs').set(content).where('id', '=', id).execute()
  return `lines ${left.id} and ${right.id} swapped`
}

const cutTail: Mutation = async ({ db, lines, pick }) => {
  const last = lines[lines.length - 2 - pick(5)]!
  await db.deleteFrom('audit_logs').where('id', '>', last.id).execute()
  if (pick(2)) await db.updateTable('audit_chain').set({ last_id: last.id, last_hash: last.hash }).execute()
  return `all after ${last.id} cut off`
}

const restoreOldHead: Mutation = async ({ db, oldHeads, pick }) => {
  const { id: _, ...head } = one(oldHeads, pick)
  await db.deleteFrom('audit_logs').where('id', '>', head.last_id).execute()
  await db.updateTable('audit_chain').set(head).execute()
  return `the state of line ${head.last_id} put back`
}

/** All hashes from a line on made new, so that the chain fits again. */
const rewrite: Mutation = async ({ db, lines, pick }) => {
  const index = pick(lines.length)
  let previous = lines[index - 1]?.hash ?? noHash
  for (const line of lines.slice(index)) {
    const changed = line === lines[index] ? { ...line, actor: 'nobody' } : line
    previous = line.removed_by === null ? lineHash(previous, changed) : line.hash
    await db
      .updateTable('audit_logs')
      .set({ actor: changed.actor, hash: previous })
      .where('id', '=', line.id)
      .execute()
  }
  const mac = createHmac('sha256', 'a guess').update(previous).digest('hex')
  await db
    .updateTable('audit_chain')
    .set({ last_hash: previous, ...(pick(2) ? { mac } : {}) })
    .execute()
  return `rewritten from line ${lines[index]!.id} on`
}

const editHead: Mutation = async ({ db, pick }) => {
  const { rows } = await sql<AuditChainTable>`select * from audit_chain`.execute(db)
  const [head] = rows
  const changes: Partial<AuditChainTable>[] = [
    { last_id: head!.last_id + 1 },
    { last_id: head!.last_id - 1 },
    { last_hash: noHash },
    { database_id: 'another' },
    { mac: '' },
    { key_id: '00000000' },
    { mac: '', key_id: '' },
    { last_id: 0, last_hash: noHash, database_id: '', mac: '', key_id: '' },
  ]
  const change = one(changes, pick)
  await db.updateTable('audit_chain').set(change).execute()
  return `head: ${JSON.stringify(change)}`
}

const editRange: Mutation = async ({ db, pick }) => {
  const change = one(
    [
      { last_id: 3 },
      { first_id: 2 },
      { last_hash: noHash },
      { events: 1 },
      { purged: '{}' },
      { removed_by: 'nobody' },
      { removed_at: 'never' },
      { mac: '' },
    ],
    pick,
  )
  if (pick(8) === 0) await db.deleteFrom('audit_ranges').execute()
  else await db.updateTable('audit_ranges').set(change).execute()
  return `range: ${JSON.stringify(change)}`
}

const emptyAll: Mutation = async ({ db, pick }) => {
  await db.deleteFrom('audit_logs').execute()
  await db.deleteFrom('audit_ranges').execute()
  if (pick(2)) await db.deleteFrom('audit_chain').execute()
  else
    await db
      .updateTable('audit_chain')
      .set({ last_id: 0, last_hash: noHash, database_id: '', mac: '', key_id: '' })
      .execute()
  return 'all of it emptied'
}

const mutations: readonly Mutation[] = [
  editText,
  editNumber,
  editDetails,
  deleteLines,
  deleteAndRenumber,
  insertLine,
  swapLines,
  cutTail,
  restoreOldHead,
  rewrite,
  editHead,
  editRange,
  emptyAll,
]
