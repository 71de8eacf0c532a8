import { z } from 'zod'
import type { Selectable } from 'kysely'
import type { CustomFieldsTable, Database } from '#database/schema.ts'
import { AppError } from '#kernel/errors.ts'
import type { CustomField as QueryField } from '#query/field.ts'

export const customFieldTypes = ['text', 'number', 'boolean', 'date', 'choice'] as const

/** A field that people added to devices. */
export const CustomField = z.object({
  id: z.number().int(),
  name: z.string().describe('As in queries: custom.NAME.'),
  label: z.string(),
  type: z.enum(customFieldTypes),
  options: z.array(z.string()).nullable().describe('What a choice offers.'),
  required: z.boolean(),
  description: z.string().nullable(),
  version: z.number().int(),
})
export type CustomField = z.infer<typeof CustomField>

/** Every custom field, by name. There are few: people make them by hand. */
export async function listFields(db: Database): Promise<CustomField[]> {
  return (await db.selectFrom('custom_fields').selectAll().orderBy('name').execute()).map(toField)
}

/** The fields in the words of the query language. */
export const queryFields = async (db: Database): Promise<QueryField[]> =>
  (await listFields(db)).map(({ name, type, options }) => ({
    name,
    type: type === 'choice' ? 'select' : type,
    options: options ?? undefined,
  }))

/** One field by id or name; throws NOT_FOUND. */
export async function findField(db: Database, key: string): Promise<CustomField> {
  const fields = await listFields(db)
  const found = fields.find((field) => String(field.id) === key || field.name === key)
  if (found) return found
  throw new AppError('NOT_FOUND', `There is no custom field ${key}`, {
    hint:
      fields.length > 0 ? `There are ${fields.map(({ name }) => name).join(', ')}.` : 'There are none yet.',
  })
}

const toField = (row: Selectable<CustomFieldsTable>): CustomField => ({
  id: row.id,
  name: row.name,
  label: row.label,
  type: customFieldTypes.find((type) => type === row.type) ?? 'text',
  options: row.type === 'choice' ? (JSON.parse(row.options) as string[]) : null,
  required: Boolean(row.required),
  description: row.description,
  version: row.version,
})

type Columns = Pick<CustomField, 'label' | 'type' | 'options' | 'required' | 'description'>

const columnsOf = (field: Partial<Columns>) => ({
  ...(field.label === undefined ? {} : { label: field.label }),
  ...(field.type === undefined ? {} : { type: field.type }),
  ...(field.options === undefined ? {} : { options: JSON.stringify(field.options ?? []) }),
  ...(field.required === undefined ? {} : { required: field.required }),
  ...(field.description === undefined ? {} : { description: field.description }),
})

export const insertField = (db: Database, now: string, field: Columns & { name: string }) =>
  db
    .insertInto('custom_fields')
    .values({
      name: field.name,
      label: field.label,
      type: field.type,
      options: JSON.stringify(field.options ?? []),
      required: field.required,
      description: field.description,
      created_at: now,
      version: 1,
    })
    .execute()

/** Changes a field; false when its version is no longer the expected one. */
export async function updateField(
  db: Database,
  id: number,
  version: number,
  field: Partial<Columns>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('custom_fields')
    .set({ ...columnsOf(field), version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export const deleteField = (db: Database, id: number) =>
  db.deleteFrom('custom_fields').where('id', '=', id).execute()
