import { z } from 'zod'

const names = z.array(z.string().min(1).max(200)).max(200).default([])

/** Settings of sources that hear facts from machines; spread its shape into the source's own. */
export const factSettings = z.strictObject({
  facts: z.boolean().default(true).describe('Keep what machines tell of themselves.'),
  excludeFacts: names.describe('Names of facts that are not kept, with * for any letters.'),
  volatileFacts: names.describe('Names of facts that change all the time: kept, but without history.'),
})
