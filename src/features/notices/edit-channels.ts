import { isUniqueViolation } from '#database/constraint-errors.ts'
import type { Context } from '#features/context.ts'
import type { AnyChannelKind } from '#features/notices/channel-kind.ts'
import { kindNamed } from '#features/notices/channel-kinds.ts'
import {
  type Channel,
  deleteChannel,
  findChannel,
  insertChannel,
  updateChannel,
} from '#features/notices/channel-queries.ts'
import { giveUpWaiting } from '#features/notices/notice-queries.ts'
import { checkTemplates } from '#features/notices/notice-templates.ts'
import { assertVersion, changedSince } from '#features/inventory/changed-since.ts'
import { patchSettings } from '#features/sync/source-patch.ts'
import { absoluteSettings, openSettings, parseSettings } from '#features/sync/source-settings.ts'
import { AppError } from '#kernel/errors.ts'
import type { JsonObject } from '#kernel/json.ts'

type Parts = Pick<Context, 'db' | 'clock' | 'secrets' | 'config' | 'events'>

type Entered = Omit<Channel, 'id' | 'createdAt' | 'updatedAt' | 'version'>

/** A change of some of what a channel has. */
export type ChannelChange = { [Key in keyof Omit<Entered, 'kind'>]?: Entered[Key] | undefined }

/** Adds a channel; its secrets are sealed. */
export async function addChannel(context: Parts, given: Entered): Promise<Channel> {
  const kind = kindNamed(given.kind)
  checkTemplates(given.templates)
  const settings = sealedSettings(context, kind, {}, given.settings)
  const made = await sayTaken(given.name, () =>
    insertChannel(context.db, context.clock.now(), { ...given, settings }),
  )
  tell(context, made.id)
  return made
}

/** Changes a channel. What waits when it is switched off is given up: nobody wants it later. */
export async function editChannel(
  context: Parts,
  idOrName: string,
  { settings, ...change }: ChannelChange,
  expectedVersion: number | undefined,
): Promise<Channel> {
  const channel = await findChannel(context.db, idOrName)
  const what = `The channel ${channel.name}`
  assertVersion(what, channel.version, expectedVersion)
  if (change.templates) checkTemplates(change.templates)
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  const edited: Channel = {
    ...channel,
    ...given,
    settings:
      settings === undefined
        ? channel.settings
        : sealedSettings(context, kindNamed(channel.kind), channel.settings, settings),
  }
  await sayTaken(edited.name, () =>
    context.db.transaction().execute(async (transaction) => {
      if (!(await updateChannel(transaction, context.clock.now(), channel, edited))) throw changedSince(what)
      if (!edited.enabled) await giveUpWaiting(transaction, channel.id, 'the channel was switched off')
    }),
  )
  tell(context, channel.id)
  return findChannel(context.db, String(channel.id))
}

/** Takes a channel away; what it told stays known, what it had still to tell is given up. */
export async function removeChannel(
  context: Parts,
  idOrName: string,
  expectedVersion: number | undefined,
): Promise<void> {
  const channel = await findChannel(context.db, idOrName)
  const what = `The channel ${channel.name}`
  assertVersion(what, channel.version, expectedVersion)
  await context.db.transaction().execute(async (transaction) => {
    await giveUpWaiting(transaction, channel.id, 'the channel was deleted')
    if (!(await deleteChannel(transaction, channel))) throw changedSince(what)
  })
  tell(context, channel.id)
}

/** The settings of a channel with its secrets readable, checked anew. */
export const readableSettings = (
  { secrets }: Pick<Context, 'secrets'>,
  { kind, settings }: Pick<Channel, 'kind' | 'settings'>,
): JsonObject => {
  const named = kindNamed(kind)
  return parseSettings(named, openSettings(named, settings, secrets)) as JsonObject
}

/** Given settings over those that are kept: sealed, and known to be good. */
function sealedSettings(
  context: Parts,
  kind: AnyChannelKind,
  kept: JsonObject,
  given: JsonObject,
): JsonObject {
  const sealed = patchSettings(kind, kept, absoluteSettings(kind, given, context), context.secrets)
  parseSettings(kind, openSettings(kind, sealed, context.secrets))
  return sealed
}

const tell = ({ events, clock }: Parts, id: number): void =>
  events.publish({ topic: 'channel.changed', at: clock.now(), data: { id } })

async function sayTaken<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isUniqueViolation(error))
      throw new AppError('ALREADY_EXISTS', `There is a channel called ${name} already`)
    throw error
  }
}
