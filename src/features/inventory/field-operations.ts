import { z } from 'zod'
import { isUniqueViolation } from '#database/constraint-errors.ts'
import { assertVersion, changedSince } from '#features/inventory/changed-since.ts'
import {
  CustomField,
  customFieldTypes,
  deleteField,
  findField,
  insertField,
  listFields,
  updateField,
} from '#features/inventory/custom-field-queries.ts'
import { operation, type AnyOperation, type Call } from '#features/operation.ts'
import { pageInput, pageOf } from '#features/page.ts'
import { AppError } from '#kernel/errors.ts'

const FieldName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,49}$/)
  .meta({ expected: 'up to 50 small letters, digits and underscores, a letter first' })
const Label = z.string().trim().min(1).max(100)
const Options = z
  .array(z.string().trim().min(1).max(200))
  .max(500)
  .nullable()
  .describe('What a choice offers; only for choices.')
const Description = z.string().max(2_000).nullable()

const tell = ({ events, clock }: Call) =>
  events.publish({ topic: 'field.changed', at: clock.now(), data: {} })

function checkOptions(type: string, options: readonly string[] | null): void {
  if (type === 'choice' && (options === null || options.length === 0))
    throw new AppError('INPUT_INVALID', 'A choice needs options', {
      complaints: [{ path: 'options', expected: 'at least one option' }],
    })
  if (type !== 'choice' && options !== null && options.length > 0)
    throw new AppError('INPUT_INVALID', `A field of type ${type} offers no options`, {
      complaints: [{ path: 'options', expected: 'none, or type choice' }],
    })
}

/** Fields that people add to devices. */
export const fieldOperations: readonly AnyOperation[] = [
  operation({
    name: 'field.list',
    summary: 'List the custom fields of devices.',
    http: 'GET /fields',
    effect: 'read',
    permission: 'inventory.read',
    paged: true,
    input: z.object(pageInput),
    output: pageOf(CustomField),
    cli: { columns: ['name', 'label', 'type', 'options', 'required'] },
    // There are few, made by hand: one page holds them, whatever the limit.
    run: async ({ db }) => ({ items: await listFields(db), nextCursor: null }),
  }),
  operation({
    name: 'field.create',
    summary: 'Add a custom field to devices.',
    http: 'POST /fields',
    effect: 'change',
    permission: 'settings.change',
    input: z.object({
      name: FieldName,
      label: Label.exactOptional(),
      type: z.enum(customFieldTypes).default('text'),
      options: Options.default(null),
      required: z.boolean().default(false),
      description: Description.default(null),
    }),
    output: CustomField,
    cli: { arguments: ['name'] },
    async run(call, { label, ...field }) {
      checkOptions(field.type, field.options)
      try {
        await insertField(call.db, call.clock.now(), { ...field, label: label ?? field.name })
      } catch (error) {
        if (!isUniqueViolation(error)) throw error
        throw new AppError('ALREADY_EXISTS', `There is a custom field ${field.name} already`)
      }
      tell(call)
      return findField(call.db, field.name)
    },
  }),
  operation({
    name: 'field.update',
    summary: 'Change a custom field; its name and the values of devices stay.',
    http: 'PATCH /fields/:id',
    effect: 'change',
    permission: 'settings.change',
    input: z.object({
      id: z.string().min(1).describe('Id or name.'),
      label: Label.exactOptional(),
      options: Options.exactOptional(),
      required: z.boolean().exactOptional(),
      description: Description.exactOptional(),
      expectedVersion: z.number().int().exactOptional(),
    }),
    output: CustomField,
    cli: { arguments: ['id'] },
    async run(call, { id, expectedVersion, ...edit }) {
      const field = await findField(call.db, id)
      assertVersion(`The field ${field.name}`, field.version, expectedVersion)
      checkOptions(field.type, edit.options === undefined ? field.options : edit.options)
      if (!(await updateField(call.db, field.id, field.version, edit)))
        throw changedSince(`The field ${field.name}`)
      tell(call)
      return findField(call.db, field.name)
    },
  }),
  operation({
    name: 'field.delete',
    summary: 'Delete a custom field; values that devices have of it are no longer checked.',
    http: 'DELETE /fields/:id',
    effect: 'danger',
    permission: 'settings.change',
    input: z.object({ id: z.string().min(1).describe('Id or name.') }),
    output: z.undefined(),
    cli: { arguments: ['id'] },
    async run(call, { id }) {
      await deleteField(call.db, (await findField(call.db, id)).id)
      tell(call)
      return undefined
    },
  }),
]
