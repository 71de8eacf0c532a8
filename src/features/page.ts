import { z } from 'zod'
import { AppError } from '#kernel/errors.ts'

/** The input fields of every listing. */
export const pageInput = {
  limit: z.number().int().min(1).max(1000).default(100).describe('How many items at most, up to 1,000.'),
  cursor: z.string().exactOptional().describe('Where the page before ended: its nextCursor.'),
}

/** The answer of every listing: some items and where the next page begins, null at the end. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    nextCursor: z.string().nullable(),
    total: z.number().int().exactOptional().describe('How many there are in all, where it is cheap to say.'),
  })

/** Where a page ended, as text without meaning to the caller. */
export const encodeCursor = (position: readonly (string | number | null)[]): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url')

/** The position in a cursor of ours; CURSOR_INVALID for anything else. */
export function decodeCursor<Position extends z.ZodType>(
  cursor: string,
  shape: Position,
): z.output<Position> {
  try {
    return shape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch (cause) {
    throw new AppError('CURSOR_INVALID', 'The cursor is not one that this listing gave', {
      complaints: [
        {
          path: 'cursor',
          value: cursor,
          expected: 'the nextCursor of the page before, with the same filter and order',
        },
      ],
      hint: 'Begin again without a cursor.',
      cause,
    })
  }
}

/** Cuts one row more than the limit down to a page; `position` gives an item's place in the order. */
export function toPage<Item>(
  items: Item[],
  limit: number,
  position: (item: Item) => readonly (string | number | null)[],
): { items: Item[]; nextCursor: string | null } {
  if (items.length <= limit) return { items, nextCursor: null }
  const page = items.slice(0, limit)
  return { items: page, nextCursor: encodeCursor(position(page.at(-1)!)) }
}
