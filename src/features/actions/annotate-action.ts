import { z } from 'zod'
import { affected, editOfColumns, EnteredFields, isSo, mergeEdits } from '#features/actions/entered-fields.ts'
import { wantedBy } from '#features/actions/entered-fields.ts'
import { Columns, loadTargets, targetOf, type Asking } from '#features/actions/target.ts'
import { noteWithText } from '#features/actions/target-queries.ts'
import { checkTemplate, emptyPlaceholders, fillText, usedColumns } from '#features/actions/template.ts'
import { readCustomValues } from '#features/devices/custom-values.ts'
import type { DeviceEdit } from '#features/devices/device-input.ts'
import { updateDevice } from '#features/devices/edit-devices.ts'
import { tellChanged } from '#features/devices/save-states.ts'
import { listFields, type CustomField } from '#features/inventory/custom-field-queries.ts'
import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import { insertNote } from '#features/inventory/note-queries.ts'
import { jobAction, type PreviewFacts, type PreviewItem, type RowCall } from '#features/jobs/action.ts'
import { AppError } from '#kernel/errors.ts'
import { contentHash, type JsonObject } from '#kernel/json.ts'

const noteLimit = 20_000

const Parameters = z.strictObject({
  note: z
    .string()
    .trim()
    .min(1)
    .max(noteLimit)
    .exactOptional()
    .describe('A note to add; {name}, {custom.NAME} and {row.COLUMN} stand for what the row has.'),
  set: EnteredFields.exactOptional().describe('Fields to enter by hand, the same for every device.'),
  columns: z
    .array(z.string())
    .min(1)
    .max(100)
    .exactOptional()
    .describe(
      'Columns of the rows whose values are entered; where neither note nor set is given, every column that is a field.',
    ),
  empty: z
    .enum(['keep', 'clear'])
    .exactOptional()
    .describe('What an empty cell does: keep what there is (if not said), or take back what was entered.'),
})
type Parameters = z.output<typeof Parameters>

/** What a row would set, from the parameters and from its columns. */
function editOf(
  { note, set, columns, empty = 'keep' }: Parameters,
  row: Columns,
  fields: readonly CustomField[],
): DeviceEdit {
  const byColumns = columns !== undefined || (note === undefined && set === undefined)
  return mergeEdits(set ?? {}, byColumns ? editOfColumns(row, fields, { columns, empty }) : {})
}

const isEmpty = (edit: DeviceEdit): boolean => Object.keys(edit).length === 0

/** A note that an effect already wrote counts: the same words are not added to the same device twice. */
async function addNote(call: RowCall, deviceId: number, body: string): Promise<number> {
  const { id, isNew } = await call.db.transaction().execute(async (transaction) => {
    const known = await noteWithText(transaction, deviceId, body)
    if (known !== undefined) return { id: known, isNew: false }
    const note = { deviceId, body, author: call.actor.name }
    return { id: (await insertNote(transaction, call.clock.now(), note)).id, isNew: true }
  })
  if (isNew) tellChanged(call, [deviceId])
  return id
}

/** What a preview says of one device. */
function factsOf(
  parameters: Parameters,
  device: DeviceItem,
  { input }: PreviewItem<Columns>,
  fields: readonly CustomField[],
): PreviewFacts {
  const filling = { device, columns: input }
  try {
    const edit = editOf(parameters, input, fields)
    const { note } = parameters
    const isDone = note === undefined && (isEmpty(edit) || isSo(device, edit))
    return {
      before: affected(device, edit),
      after: { ...wantedBy(edit), ...(note === undefined ? {} : { note: fillText(note, filling) }) },
      version: contentHash(affected(device, edit)),
      warnings: note === undefined ? [] : emptyPlaceholders(note, filling),
      nothingToDo: isDone ? 'It is so already.' : undefined,
    }
  } catch (error) {
    if (error instanceof AppError) return { warnings: [`This row will fail: ${error.message}.`], version: '' }
    throw error
  }
}

/** The same version as in the preview, also for rows that will fail. */
function versionOf(parameters: Parameters, device: DeviceItem, row: Columns, fields: readonly CustomField[]) {
  try {
    return contentHash(affected(device, editOf(parameters, row, fields)))
  } catch {
    return ''
  }
}

async function check({ db }: Asking, { note, set }: Parameters): Promise<void> {
  if (note !== undefined) checkTemplate('note', note)
  if (set?.custom) readCustomValues(await listFields(db), set.custom, false)
  if (set === undefined || Object.keys(set).length > 0) return
  throw new AppError('INPUT_INVALID', 'There is nothing to set', {
    complaints: [{ path: 'set', expected: 'a field and its value, such as {"site": "berlin"}' }],
  })
}

/** Adds notes to devices and enters fields by hand, also from the columns of a file. */
export const annotateAction = jobAction({
  name: 'annotate',
  title: 'Annotate devices',
  summary:
    'Add a note to devices or enter fields by hand (site, rack, owner, custom fields), also from the columns of a file.',
  effect: (_, { note }) => (note === undefined ? 'probe' : 'keyed'),
  subject: 'device',
  needs: 'inventory.change',
  parameters: Parameters,
  input: Columns,
  check,
  effectOf: (_, { note = '', set, columns }, input, { deviceId, key }) => ({
    device: deviceId ?? key,
    words: contentHash({
      note,
      used: usedColumns(note, input),
      set: set ?? null,
      columns: (columns ?? []).map((column) => input[column] ?? null),
    }),
  }),
  async preview(call, parameters, items) {
    const fields = await listFields(call.db)
    const devices = await loadTargets(call, items)
    return items.map((item, index) => {
      const device = devices[index]
      if (!device) return { nothingToDo: 'The device is no longer there.' }
      return factsOf(parameters, device, item, fields)
    })
  },
  async versions(call, parameters, items) {
    const fields = await listFields(call.db)
    const devices = await loadTargets(call, items)
    return items.map(({ input }, index) => {
      const device = devices[index]
      return device ? versionOf(parameters, device, input, fields) : null
    })
  },
  async probe(call, parameters, input) {
    const device = await targetOf(call)
    const edit = editOf(parameters, input, await listFields(call.db))
    return { outcome: isSo(device, edit) ? 'done' : 'not_done' }
  },
  async run(call, parameters, input) {
    const device = await targetOf(call)
    const edit = editOf(parameters, input, await listFields(call.db))
    const isToSet = !isEmpty(edit) && !isSo(device, edit)
    if (isToSet) await updateDevice(call, device.id, edit, undefined)
    const { note } = parameters
    if (note === undefined)
      return isToSet ? { result: { set: wantedBy(edit) } } : { skipped: 'It is so already.' }
    const noteId = await addNote(
      call,
      device.id,
      fillText(note, { device, columns: input }).slice(0, noteLimit),
    )
    const result: JsonObject = isToSet ? { noteId, set: wantedBy(edit) } : { noteId }
    return { result }
  },
})
