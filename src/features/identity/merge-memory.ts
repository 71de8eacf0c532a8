import { z } from 'zod'
import { RecordId } from '#model/ids.ts'

const Id = z.number().int()

/** A link as it was, so that it can be made again. */
const LinkMemory = z.object({
  record: RecordId,
  evidence: z.string(),
  score: z.number(),
  decidedBy: z.string(),
})
export type LinkMemory = z.infer<typeof LinkMemory>

/** A relationship as it stood before the merge. Dropped: the kept device had the same, or was the other side of it. */
const EdgeMemory = z.object({
  id: Id,
  parent: Id,
  child: Id,
  type: z.string(),
  metadata: z.string(),
  system: z.string(),
  source: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  dropped: z.boolean(),
})
export type EdgeMemory = z.infer<typeof EdgeMemory>

/** The record that facts and configurations are of. */
const ToldBy = z.object({ system: z.string(), source: z.string(), sourceId: z.string() })
export type ToldBy = z.infer<typeof ToldBy>

/** Everything that a merge moved, as `device_merges` keeps it: enough to move all of it back. */
export const MergeMemory = z.object({
  /** The records of the device that was merged. */
  links: z.array(LinkMemory),
  /** The records that the kept device had by itself; whatever came later is told apart by what it shares with either. */
  keptRecords: z.array(RecordId),
  /** Tags that the kept device got; those it had already are its own. */
  tags: z.array(Id),
  notes: z.array(Id),
  edges: z.array(EdgeMemory),
  /** Rules about fields that the kept device had none of. */
  fieldRules: z.array(Id),
  hosts: z.array(Id),
  servers: z.array(z.string()),
  told: z.array(ToldBy),
  /** Decisions that the merge made, and those against it that it ended. */
  decisions: z.array(Id),
  ended: z.array(Id),
  reviews: z.array(Id),
  reason: z.string().nullable(),
})
export type MergeMemory = z.infer<typeof MergeMemory>

/** One merge that holds now or was undone. */
export interface StoredMerge {
  id: number
  kept: number
  merged: number
  memory: MergeMemory
  by: string
  at: string
  undoneAt: string | null
  undoneBy: string | null
}

/** A merge by rule is undone by rule when its reason goes; one by a person by people only. */
export const isByRule = ({ by }: Pick<StoredMerge, 'by'>): boolean => by.startsWith('rule:')

export const emptyMemory = (reason: string | null = null): MergeMemory => ({
  links: [],
  keptRecords: [],
  tags: [],
  notes: [],
  edges: [],
  fieldRules: [],
  hosts: [],
  servers: [],
  told: [],
  decisions: [],
  ended: [],
  reviews: [],
  reason,
})
