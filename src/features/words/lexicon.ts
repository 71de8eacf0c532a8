import type { Context } from '#features/context.ts'
import { queryFields } from '#features/inventory/custom-field-queries.ts'
import { listTags } from '#features/inventory/tag-queries.ts'
import { listViews, type SavedView } from '#features/inventory/view-queries.ts'
import type { AnyJobAction } from '#features/jobs/action.ts'
import { sourceNames } from '#features/words/lexicon-queries.ts'
import type { Actor } from '#model/actor.ts'
import { fieldValues } from '#query/field-values.ts'
import type { CustomField, SubjectName } from '#query/field.ts'
import { findField, subjects } from '#query/subjects.ts'

export type Asking = Context & { actor: Actor }

/** The names that words may mean, of those that the actor may see. */
export interface Lexicon {
  actions: ReadonlyMap<string, AnyJobAction>
  tags: readonly string[]
  sources: readonly string[]
  webhooks: readonly string[]
  commands: readonly string[]
  views: readonly Pick<SavedView, 'name' | 'query' | 'subject'>[]
  customFields: readonly CustomField[]
}

const most = 20_000

/** Reads the names; `actions` are those of this installation. */
export async function loadLexicon(
  call: Asking,
  actions: ReadonlyMap<string, AnyJobAction>,
): Promise<Lexicon> {
  const { db, actor, config } = call
  const [tags, stored, views, customFields] = await Promise.all([
    listTags(db, actor.tags, { limit: most }),
    sourceNames(db),
    listViews(db, actor.name, undefined, { limit: most }),
    queryFields(db),
  ])
  return {
    actions,
    tags: tags.map(({ name }) => name),
    sources: [...new Set([...config.sources.map(({ name }) => name), ...stored])].sort(),
    webhooks: config.jobs.webhooks.map(({ name }) => name),
    commands: config.jobs.commands.map(({ name }) => name),
    views,
    customFields,
  }
}

/** Fields in which a lone word is looked for, the surest first. */
const lookedIn = ['tag', 'site', 'owner', 'rack', 'source', 'name'] as const

/** The fields that have exactly this value somewhere, in any case, with the value as it is kept. */
export async function fieldsWithValue(
  call: Pick<Asking, 'reports' | 'actor'>,
  subject: SubjectName,
  word: string,
  fields: readonly string[] = lookedIn,
): Promise<{ field: string; value: string }[]> {
  const found = await Promise.all(
    fields.map(async (field) => {
      const values = await valuesOf(call, subject, field, word)
      const value = values.find((each) => each.toLowerCase() === word.toLowerCase())
      return value === undefined ? [] : [{ field, value }]
    }),
  )
  return found.flat()
}

/** The first values of a field that begin like this; none of a field whose values are not kept by themselves. */
export async function valuesOf(
  { reports, actor }: Pick<Asking, 'reports' | 'actor'>,
  subject: SubjectName,
  field: string,
  start: string,
): Promise<string[]> {
  const column = findField(subjects[subject], field)?.lookup
  if (!column) return []
  const { rows } = await fieldValues(column, start, 100, actor.tags).execute(reports)
  return rows.map(({ value }) => value)
}
