import { sql } from 'kysely'
import type { Relation, SubjectName } from '#query/field.ts'
import type { Predicate, Scope } from '#query/place.ts'
import { membersOf, visibleSql } from '#query/place.ts'

/** The table that each subject's rows are in. */
export const subjectTables = {
  device: 'devices',
  host: 'hosts',
  interface: 'network_interfaces',
  server: 'servers',
} as const

/**
 * How related rows are reached: `key`, a column of theirs that holds this row's id; `own`, a column of this row that
 * holds their id; or `link`, a table that joins both.
 */
interface Reach {
  name: string
  summary: string
  to: SubjectName
  main: string
  key?: string
  own?: string
  link?: { table: 'device_relationships'; own: string; other: string }
}

/** A relation to rows of another table, or of the same. */
export const related = ({ name, summary, to, main, ...reach }: Reach): Relation => ({
  name,
  summary,
  to,
  main,
  some: (scope, meets) => reachSql(scope, to, reach, meets),
})

function reachSql(
  scope: Scope,
  to: SubjectName,
  { key, own, link }: Pick<Reach, 'key' | 'own' | 'link'>,
  meets: (row: string) => Predicate,
): Predicate {
  const table = sql.table(subjectTables[to])
  const id = sql.ref(`${scope.row}.${own ?? 'id'}`)
  const members = membersOf(
    scope,
    id,
    {
      from: (names) =>
        link
          ? sql`${sql.table(link.table)} as ${sql.id(names(1))} join ${table} as ${sql.id(names(0))}
              on ${sql.ref(`${names(0)}.id`)} = ${sql.ref(`${names(1)}.${link.other}`)}`
          : sql`${table} as ${sql.id(names(0))}`,
      key: (names) => (link ? sql.ref(`${names(1)}.${link.own}`) : sql.ref(`${names(0)}.${key ?? 'id'}`)),
    },
    (names) => {
      const visible = to === 'device' ? visibleSql(scope, names(0)) : undefined
      return visible ? sql`${visible} and ${meets(names(0))}` : meets(names(0))
    },
  )
  return own ? sql`(${id} is not null and ${members})` : members
}
