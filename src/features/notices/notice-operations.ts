import { z } from 'zod'
import { channelOperations } from '#features/notices/channel-operations.ts'
import { findChannel } from '#features/notices/channel-queries.ts'
import { NoticeShape, noticeStates } from '#features/notices/channel-shapes.ts'
import { findNotice, listNotices, retryNotice } from '#features/notices/notice-queries.ts'
import { operation, type AnyOperation } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { AppError } from '#kernel/errors.ts'

/** Channels, and what was told over them. */
export const noticeOperations: readonly AnyOperation[] = [
  ...channelOperations,
  operation({
    name: 'notice.list',
    summary: 'List what people were told, and what is still to be told, newest first.',
    http: 'GET /notices',
    effect: 'read',
    permission: 'notices.manage',
    paged: true,
    input: z.object({
      ...pageInput,
      channel: z.string().min(1).max(100).exactOptional().describe('Id or name.'),
      alertId: z.number().int().positive().exactOptional(),
      state: z.enum(noticeStates).exactOptional(),
    }),
    output: pageOf(NoticeShape),
    cli: { columns: ['id', 'createdAt', 'channel', 'kind', 'severity', 'title', 'state', 'error'] },
    async run({ db }, { channel, alertId, state, limit, cursor }) {
      const before = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.number()]))[0]
      const channelId = channel === undefined ? undefined : (await findChannel(db, channel)).id
      const found = await listNotices(db, { channelId, alertId, state }, { before, limit: limit + 1 })
      return toPage(found, limit, ({ id }) => [id])
    },
  }),
  operation({
    name: 'notice.retry',
    summary: 'Tell a notice again that was given up, or do not wait for its next try.',
    http: 'POST /notices/:id/retry',
    effect: 'change',
    permission: 'notices.manage',
    input: z.object({ id: z.number().int().positive() }),
    output: NoticeShape,
    cli: { arguments: ['id'] },
    async run({ db, clock }, { id }) {
      const notice = await findNotice(db, id)
      if (notice.channelId === null) throw new AppError('CONFLICT', `The channel ${notice.channel} is gone`)
      if (!(await retryNotice(db, clock.now(), id)))
        throw new AppError('CONFLICT', `The notice ${id} is ${notice.state}`, {
          hint: 'Only what was given up or waits can be told again.',
        })
      return findNotice(db, id)
    },
  }),
]
