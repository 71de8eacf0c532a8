import { z } from 'zod'
import { assertDeviceVisible } from '#features/access/visible-devices.ts'
import { assertVersion, changedSince } from '#features/inventory/changed-since.ts'
import { DeviceKey } from '#features/inventory/device-key.ts'
import { findDeviceId } from '#features/inventory/find-device-queries.ts'
import {
  deleteNote,
  findNote,
  insertNote,
  listNotes,
  Note,
  updateNote,
} from '#features/inventory/note-queries.ts'
import { operation, type AnyOperation, type Call } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'

const Body = z.string().trim().min(1).max(20_000)
const NoteId = z.number().int().positive()

const tell = ({ events, clock }: Call, id: number) =>
  events.publish({ topic: 'device.changed', at: clock.now(), data: { ids: [id], count: 1 } })

/** The note, if the actor may see its device. */
async function visibleNote(call: Call, id: number) {
  const found = await findNote(call.db, id)
  await assertDeviceVisible(call.db, call.actor, found.deviceId)
  return found
}

/** What people write about devices. */
export const noteOperations: readonly AnyOperation[] = [
  operation({
    name: 'note.list',
    summary: 'List what people wrote about a device, newest first.',
    http: 'GET /devices/:id/notes',
    effect: 'read',
    permission: 'inventory.read',
    paged: true,
    input: z.object({ ...pageInput, id: DeviceKey }),
    output: pageOf(Note),
    cli: { arguments: ['id'], columns: ['id', 'createdAt', 'author', 'body'] },
    async run(call, { id, limit, cursor }) {
      const before = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.number()]))[0]
      const notes = await listNotes(call.db, await findDeviceId(call, id), { before, limit: limit + 1 })
      return toPage(notes, limit, (note) => [note.id])
    },
  }),
  operation({
    name: 'note.create',
    summary: 'Write something about a device.',
    http: 'POST /devices/:id/notes',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object({ id: DeviceKey, body: Body }),
    output: Note,
    cli: { arguments: ['id', 'body'] },
    async run(call, { id, body }) {
      const deviceId = await findDeviceId(call, id)
      const note = await insertNote(call.db, call.clock.now(), { deviceId, body, author: call.actor.name })
      tell(call, deviceId)
      return note
    },
  }),
  operation({
    name: 'note.update',
    summary: 'Change what was written about a device.',
    http: 'PATCH /notes/:id',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object({ id: NoteId, body: Body, expectedVersion: z.number().int().exactOptional() }),
    output: Note,
    cli: { arguments: ['id', 'body'] },
    async run(call, { id, body, expectedVersion }) {
      const { note, deviceId } = await visibleNote(call, id)
      assertVersion(`Note ${id}`, note.version, expectedVersion)
      if (!(await updateNote(call.db, call.clock.now(), note, body))) throw changedSince(`Note ${id}`)
      tell(call, deviceId)
      return (await findNote(call.db, id)).note
    },
  }),
  operation({
    name: 'note.delete',
    summary: 'Delete what was written about a device.',
    http: 'DELETE /notes/:id',
    effect: 'danger',
    permission: 'inventory.change',
    input: z.object({ id: NoteId }),
    output: z.undefined(),
    cli: { arguments: ['id'] },
    async run(call, { id }) {
      const { deviceId } = await visibleNote(call, id)
      await deleteNote(call.db, id)
      tell(call, deviceId)
      return undefined
    },
  }),
]
