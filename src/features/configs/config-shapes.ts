import { z } from 'zod'
import { DeviceReference, Timestamp } from '#features/inventory/device-shapes.ts'

/** One version of a device's configuration, without its text. */
export const Configuration = z.object({
  id: z.number().int(),
  version: z.number().int().describe('Counts up for each source that tells it.'),
  source: z.string(),
  sourceId: z.string().describe('What the source calls the device.'),
  retrievedAt: Timestamp.describe('When it was fetched from the device.'),
  revision: z.string().nullable().describe('The source’s own id of it: a commit.'),
  hash: z.string().describe('SHA-256 of its bytes.'),
  bytes: z.number().int().nullable(),
  model: z.string().nullable().describe('The language it is in, in the source’s words.'),
  author: z.string().nullable(),
  message: z.string().nullable(),
  encoding: z.string().nullable().describe('How the text becomes its bytes again, where that is not UTF-8.'),
  isNewest: z.boolean(),
})
export type Configuration = z.infer<typeof Configuration>

export const ConfigurationText = Configuration.extend({
  device: DeviceReference,
  text: z.string(),
  hiddenLines: z.number().int().describe('How many lines hold a secret that is not shown.'),
})
export type ConfigurationText = z.infer<typeof ConfigurationText>

const DiffLine = z.object({
  is: z.enum(['same', 'gone', 'new']),
  text: z.string(),
  hidden: z
    .boolean()
    .describe('It holds a secret that is not shown; of two that look alike, the secret changed.'),
})

/** Lines that changed, with some that did not around them. */
export const DiffHunk = z.object({
  beforeLine: z.number().int().describe('Number of its first line in the version before, from 1.'),
  afterLine: z.number().int(),
  lines: z.array(DiffLine),
})
export type DiffHunk = z.infer<typeof DiffHunk>

export const ConfigurationDiff = z.object({
  device: DeviceReference,
  before: Configuration,
  after: Configuration,
  added: z.number().int(),
  removed: z.number().int(),
  onlyByItself: z
    .boolean()
    .describe(
      'Nothing but what changes without anybody doing something: clocks, counters, secrets encrypted anew.',
    ),
  hunks: z.array(DiffHunk),
})
export type ConfigurationDiff = z.infer<typeof ConfigurationDiff>
