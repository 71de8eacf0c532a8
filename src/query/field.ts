import type { Test } from '#query/condition.ts'
import type { JsonColumn } from '#query/json-condition.ts'
import type { Place, Predicate, Scope } from '#query/place.ts'

export type SubjectName = 'device' | 'host' | 'interface' | 'server'

/** A word for a stored value, and other words that mean the same. */
export interface Choice {
  readonly word: string
  readonly stored: string
  readonly also?: readonly string[] | undefined
  /** Not in the field's own place: any value here means yes. */
  readonly place?: Place | undefined
}

interface Common {
  /** As people type it, without the relation before it. */
  readonly name: string
  readonly aliases?: readonly string[] | undefined
  /** For the help and the completion: a phrase. */
  readonly summary: string
  readonly places: readonly Place[]
  /** Table and column whose distinct values are worth offering. */
  readonly lookup?:
    | {
        readonly table: 'devices' | 'tags' | 'hosts' | 'source_records' | 'network_interfaces'
        readonly column: string
      }
    | undefined
}

/** A thing that can be asked about, and how its values are read. */
export type Field = Common &
  (
    | {
        readonly type: 'text' | 'tags'
        /** `:` means "holds this" rather than "is this". */
        readonly holds?: boolean | undefined
      }
    | { readonly type: 'enum'; readonly choices: readonly Choice[] }
    /** Whole numbers. */
    | { readonly type: 'number' }
    /** Bytes, kept in this many bytes as one. */
    | { readonly type: 'size'; readonly unit: number }
    | { readonly type: 'time' }
    /** `places` give canonical text, `keys` what ipSortKey gives. */
    | {
        readonly type: 'address'
        readonly keys: readonly Place[]
        /** Holds for every row with an address in the range and few others, and is quick to find out. */
        readonly narrow?:
          | ((scope: Scope, range: Test & { is: 'between' }) => Predicate | undefined)
          | undefined
      }
    | { readonly type: 'mac' }
    | { readonly type: 'boolean' }
    | {
        readonly type: 'json'
        readonly columns: readonly JsonColumn[]
        readonly path: readonly string[]
        /** What the custom field was declared as, where that is known. */
        readonly declared?: CustomField | undefined
      }
  )

/** A custom field as people declared it. */
export interface CustomField {
  readonly name: string
  /** `number`, `boolean`, `select` are checked; any other type is text. */
  readonly type: string
  /** What a select offers. */
  readonly options?: readonly string[] | undefined
}

/** Related rows and how to reach them: `parent.name`. */
export interface Relation {
  readonly name: string
  readonly summary: string
  readonly to: SubjectName
  /** The field meant when the relation stands alone: `parent:esx-01`. */
  readonly main: string
  some(scope: Scope, meets: (row: string) => Predicate): Predicate
}

/** What a query can be about. */
export interface Subject {
  readonly name: SubjectName
  readonly fields: readonly Field[]
  readonly relations: readonly Relation[]
  /** Families of fields whose names are open: `custom.NAME`, `fact.NAME`. */
  readonly families: readonly Family[]
}

export interface Family {
  readonly name: string
  readonly aliases: readonly string[]
  readonly summary: string
  field(path: readonly string[], declared?: CustomField): Field & { type: 'json' }
}
