import { z } from 'zod'
import { isUniqueViolation } from '#database/constraint-errors.ts'
import { TagName } from '#features/devices/device-input.ts'
import { inEdit, savePaths, tellChanged } from '#features/devices/save-states.ts'
import { assertVersion, changedSince } from '#features/inventory/changed-since.ts'
import {
  deleteTag,
  devicesWith,
  findTag,
  insertTag,
  listTags,
  Tag,
  updateTag,
} from '#features/inventory/tag-queries.ts'
import { operation, type AnyOperation, type Call } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { AppError } from '#kernel/errors.ts'

const TagKey = z.string().min(1).describe('Id or name.')
const Color = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i)
  .nullable()
  .meta({ expected: 'a colour such as #2f6fed' })
const Description = z.string().max(2_000).nullable()

const tell = ({ events, clock }: Call, name: string) =>
  events.publish({ topic: 'tag.changed', at: clock.now(), data: { name } })

/** Rights depend on tags, so who is limited by them does not rename or delete them. */
function assertUnlimited({ actor }: Call): void {
  if (actor.tags === undefined) return
  throw new AppError(
    'FORBIDDEN',
    `${actor.name} is limited to some devices and may not change tags themselves`,
  )
}

const taken = (name: string) => new AppError('ALREADY_EXISTS', `There is a tag ${name} already`)

/** Changes a tag, and its name on every device that carries it. */
async function editTag(
  call: Call,
  tag: Tag,
  edit: { name?: string; color?: string | null; description?: string | null },
): Promise<void> {
  const paths =
    edit.name === undefined || edit.name === tag.name
      ? undefined
      : { [`tags/${tag.name}`]: null, [`tags/${edit.name}`]: true }
  const changed = await inEdit(call, async (transaction, author) => {
    const carriers = paths === undefined ? [] : await devicesWith(transaction, tag.id)
    const written = paths === undefined ? [] : await savePaths(transaction, author, carriers, () => paths)
    if (!(await updateTag(transaction, tag.id, tag.version, edit))) throw changedSince(`The tag ${tag.name}`)
    return written
  }).catch((error: unknown) => {
    throw isUniqueViolation(error) ? taken(edit.name!) : error
  })
  tellChanged(call, changed)
}

/** Words that people put on devices. */
export const tagOperations: readonly AnyOperation[] = [
  operation({
    name: 'tag.list',
    summary: 'List tags by name, with how many devices carry each.',
    http: 'GET /tags',
    effect: 'read',
    permission: 'inventory.read',
    paged: true,
    input: z.object(pageInput),
    output: pageOf(Tag),
    cli: { columns: ['id', 'name', 'devices', 'description'] },
    async run({ db, actor }, { limit, cursor }) {
      const after = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.string()]))[0]
      return toPage(await listTags(db, actor.tags, { after, limit: limit + 1 }), limit, (tag) => [tag.name])
    },
  }),
  operation({
    name: 'tag.create',
    summary: 'Make a tag; tagging a device with a new word makes it too.',
    http: 'POST /tags',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object({ name: TagName, color: Color.default(null), description: Description.default(null) }),
    output: Tag,
    cli: { arguments: ['name'] },
    async run(call, tag) {
      await insertTag(call.db, call.clock.now(), tag).catch((error: unknown) => {
        throw isUniqueViolation(error) ? taken(tag.name) : error
      })
      tell(call, tag.name)
      return findTag(call.db, tag.name)
    },
  }),
  operation({
    name: 'tag.update',
    summary: 'Rename, colour or describe a tag.',
    http: 'PATCH /tags/:id',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object({
      id: TagKey,
      name: TagName.exactOptional(),
      color: Color.exactOptional(),
      description: Description.exactOptional(),
      expectedVersion: z.number().int().exactOptional(),
    }),
    output: Tag,
    cli: { arguments: ['id'] },
    async run(call, { id, expectedVersion, ...edit }) {
      assertUnlimited(call)
      const tag = await findTag(call.db, id)
      assertVersion(`The tag ${tag.name}`, tag.version, expectedVersion)
      await editTag(call, tag, edit)
      tell(call, edit.name ?? tag.name)
      return findTag(call.db, edit.name ?? tag.name)
    },
  }),
  operation({
    name: 'tag.delete',
    summary: 'Delete a tag; the devices that carry it lose it.',
    http: 'DELETE /tags/:id',
    effect: 'danger',
    permission: 'inventory.change',
    input: z.object({ id: TagKey }),
    output: z.undefined(),
    cli: { arguments: ['id'] },
    async run(call, { id }) {
      assertUnlimited(call)
      const tag = await findTag(call.db, id)
      const changed = await inEdit(call, async (transaction, author) => {
        const carriers = await devicesWith(transaction, tag.id)
        const paths = { [`tags/${tag.name}`]: null }
        const written = await savePaths(transaction, author, carriers, () => paths)
        await deleteTag(transaction, tag.id)
        return written
      })
      tellChanged(call, changed)
      tell(call, tag.name)
      return undefined
    },
  }),
]
