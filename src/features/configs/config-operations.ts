import { z } from 'zod'
import { hideSecretLines } from '#dialects/hide-secrets.ts'
import { normalizeConfig } from '#dialects/normalize-config.ts'
import { Configuration, ConfigurationDiff, ConfigurationText } from '#features/configs/config-shapes.ts'
import { diffConfigs, unifiedText } from '#features/configs/diff-configs.ts'
import {
  countConfigs,
  findConfig,
  findConfigBefore,
  listConfigs,
  textOfConfig,
  type WantedVersion,
} from '#features/configs/find-config-queries.ts'
import { loadItems } from '#features/inventory/device-item-queries.ts'
import { DeviceKey } from '#features/inventory/device-key.ts'
import { findDeviceId } from '#features/inventory/find-device-queries.ts'
import { operation, type AnyOperation, type Call } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { AppError } from '#kernel/errors.ts'
import { DeviceId } from '#model/ids.ts'

const Version = z.number().int().positive()
const source = z.string().exactOptional().describe('Name of the source that told it.')
const sourceId = z
  .string()
  .exactOptional()
  .describe('What the source calls the device, where it has several records of it.')
const wanted = {
  id: DeviceKey,
  version: Version.exactOptional().describe('Its number; the newest where there is none.'),
  source,
  sourceId,
}

async function deviceOf({ db, engine }: Call, id: number) {
  const item = (await loadItems(db, engine, [id])).get(id)
  return { id: DeviceId.parse(id), name: item?.name ?? '' }
}

/** One version with its text: as it was fetched, or without its secrets. */
async function showConfig(
  call: Call,
  { id, ...which }: WantedVersion & { id: string },
  isRaw: boolean,
): Promise<ConfigurationText> {
  const deviceId = await findDeviceId(call, id)
  const found = await findConfig(call.db, deviceId, which)
  const text = await textOfConfig(call.db, found.id)
  const lines = text.split('\n')
  const shown = isRaw ? lines : hideSecretLines(lines)
  return {
    ...found,
    device: await deviceOf(call, deviceId),
    text: shown.join('\n'),
    hiddenLines: shown.filter((line, index) => line !== lines[index]).length,
  }
}

const showText = ({ text }: ConfigurationText): string => text

const named = ({ source: name, version, retrievedAt }: Configuration): string =>
  `${name} version ${version}, ${retrievedAt}`

const diffText = ({ before, after, hunks, onlyByItself }: ConfigurationDiff): string => {
  const head = [`--- ${named(before)}`, `+++ ${named(after)}`]
  if (hunks.length === 0) return [...head, 'No line differs.'].join('\n')
  const note = onlyByItself ? ['Nothing but what changes by itself.'] : []
  return [...head, unifiedText(hunks), ...note].join('\n')
}

/** The configurations of devices, as sources tell them. */
export const configOperations: readonly AnyOperation[] = [
  operation({
    name: 'configuration.list',
    summary: 'List the kept versions of a device’s configuration, newest first.',
    http: 'GET /devices/:id/configurations',
    effect: 'read',
    permission: 'inventory.read',
    paged: true,
    input: z.object({ ...pageInput, id: DeviceKey, source }),
    output: pageOf(Configuration),
    cli: {
      arguments: ['id'],
      columns: ['version', 'retrievedAt', 'source', 'author', 'message', 'bytes', 'isNewest'],
    },
    async run(call, { id, source: name, limit, cursor }) {
      const deviceId = await findDeviceId(call, id)
      const after = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.string(), z.number()]))
      const found = await listConfigs(call.db, deviceId, { source: name, after, limit: limit + 1 })
      const page = toPage(found, limit, (each) => [each.retrievedAt, each.id])
      return { ...page, total: await countConfigs(call.db, deviceId, name) }
    },
  }),
  operation({
    name: 'configuration.show',
    summary: 'Show a version of a device’s configuration, without its secrets.',
    http: 'GET /devices/:id/configuration',
    effect: 'read',
    permission: 'inventory.read',
    input: z.object(wanted),
    output: ConfigurationText,
    cli: { arguments: ['id'], show: showText },
    run: (call, input) => showConfig(call, input, false),
  }),
  operation({
    name: 'configuration.reveal',
    summary: 'Show a version of a device’s configuration as it was fetched, with its secrets.',
    http: 'POST /devices/:id/configuration/reveal',
    // It changes nothing; but who saw secrets stands in the trail, and no language model sees them.
    effect: 'change',
    permission: 'configs.reveal',
    input: z.object(wanted),
    output: ConfigurationText,
    cli: { arguments: ['id'], show: showText },
    run: (call, input) => showConfig(call, input, true),
  }),
  operation({
    name: 'configuration.diff',
    summary: 'Tell how two versions of a device’s configuration differ, without their secrets.',
    http: 'GET /devices/:id/configuration/diff',
    effect: 'read',
    permission: 'inventory.read',
    input: z.object({
      id: DeviceKey,
      from: Version.exactOptional().describe('The version before; the one before `to` where there is none.'),
      to: Version.exactOptional().describe('The version after; the newest where there is none.'),
      source,
      sourceId,
      context: z.number().int().min(0).max(100).default(3).describe('Unchanged lines around each change.'),
    }),
    output: ConfigurationDiff,
    cli: { arguments: ['id', 'from', 'to'], show: diffText },
    async run(call, { id, from, to, source: name, sourceId: record, context }) {
      const { db } = call
      const deviceId = await findDeviceId(call, id)
      const after = await findConfig(db, deviceId, { version: to, source: name, sourceId: record })
      const before =
        from === undefined
          ? await findConfigBefore(db, deviceId, after)
          : await findConfig(db, deviceId, { ...after, version: from })
      if (before === undefined)
        throw new AppError('NOT_FOUND', `There is no version before version ${after.version}`)
      const [old, now] = [await textOfConfig(db, before.id), await textOfConfig(db, after.id)]
      return {
        device: await deviceOf(call, deviceId),
        before,
        after,
        onlyByItself: old !== now && normalizeConfig(old) === normalizeConfig(now),
        ...diffConfigs(old, now, context),
      }
    },
  }),
]
