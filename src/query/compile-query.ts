import type { Expression, SqlBool } from 'kysely'
import type { Timestamp } from '#kernel/clock.ts'
import type { Engine } from '#database/migration.ts'
import { conditionSql } from '#query/compile-condition.ts'
import type { Condition } from '#query/condition.ts'
import type { CustomField, SubjectName } from '#query/field.ts'
import { parseQuery } from '#query/parse-query.ts'
import type { Scope } from '#query/place.ts'
import { resolveQuery } from '#query/resolve-query.ts'
import { subjects } from '#query/subjects.ts'

export interface CompileOptions {
  readonly engine: Engine
  /** What ages count from. */
  readonly now: Timestamp
  /** The custom fields there are; without them any `custom.NAME` is taken. */
  readonly customFields?: readonly CustomField[] | undefined
  /** The actor's tags, when it sees only devices that carry one: relations then reach no others. */
  readonly visibleTags?: readonly string[] | undefined
  /** The statement looks at few rows anyway, such as the first of an order: indexes of conditions are of no use. */
  readonly rowByRow?: boolean | undefined
  /** The alias of the table in the statement, when it has one. */
  readonly as?: string | undefined
}

/** A predicate for `where`: it names its columns in full and needs nothing of the builder that Kysely passes. */
export type QueryFilter = () => Expression<SqlBool>

/**
 * A query over devices as a filter of table `devices`: `db.selectFrom('devices').where(compileDeviceQuery(q, ...))`.
 * Retired and merged devices are the caller's to leave out; see asksForRetired. Throws QUERY_INVALID.
 */
export const compileDeviceQuery = (text: string, options: CompileOptions): QueryFilter =>
  compile(text, 'device', 'devices', options)

/** A query over hosts as a filter of table `hosts`. Throws QUERY_INVALID. */
export const compileHostQuery = (text: string, options: CompileOptions): QueryFilter =>
  compile(text, 'host', 'hosts', options)

/** A query over servers as a filter of table `servers`. Throws QUERY_INVALID. */
export const compileServerQuery = (text: string, options: CompileOptions): QueryFilter =>
  compile(text, 'server', 'servers', options)

function compile(text: string, subject: SubjectName, table: string, options: CompileOptions): QueryFilter {
  const condition = resolveQuery(parseQuery(text), subjects[subject], { text, ...options })
  return () => conditionSql(condition, scopeOf(options, options.as ?? table, subject))
}

function scopeOf(options: CompileOptions, row: string, subject: SubjectName): Scope {
  const { engine, visibleTags, rowByRow } = options
  let aliases = 0
  const alias = () => `q${(aliases += 1)}`
  return { engine, visibleTags, rowByRow, row, indexedText: subject === 'device', alias }
}

/** Whether a query over devices names the status `retired`, so that retired devices must not be left out. */
export function asksForRetired(text: string, options: Pick<CompileOptions, 'now' | 'customFields'>): boolean {
  return mentionsRetired(resolveQuery(parseQuery(text), subjects.device, { text, ...options }))
}

/** Whether a query over devices is about their type and status only, which one index tells. */
export function asksForKindOnly(
  text: string,
  options: Pick<CompileOptions, 'now' | 'customFields'>,
): boolean {
  return isOfKind(resolveQuery(parseQuery(text), subjects.device, { text, ...options }))
}

function isOfKind(condition: Condition): boolean {
  switch (condition.is) {
    case 'all':
    case 'none':
      return true
    case 'and':
    case 'or':
      return condition.items.every(isOfKind)
    case 'not':
      return isOfKind(condition.item)
    case 'some':
      return ['type', 'status'].includes(condition.field.name) && !mentionsRetired(condition)
    case 'word':
    case 'json':
    case 'related':
      return false
  }
}

function mentionsRetired(condition: Condition): boolean {
  switch (condition.is) {
    case 'and':
    case 'or':
      return condition.items.some(mentionsRetired)
    case 'not':
      return mentionsRetired(condition.item)
    case 'some':
      return (
        condition.field.name === 'status' &&
        condition.test.is === 'present' &&
        condition.field.type === 'text'
      )
    case 'all':
    case 'none':
    case 'word':
    case 'json':
    case 'related':
      return false
  }
}
