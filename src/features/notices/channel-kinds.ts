import { appriseChannel } from '#features/notices/channels/apprise-channel.ts'
import { discordChannel } from '#features/notices/channels/discord-channel.ts'
import { emailChannel } from '#features/notices/channels/email-channel.ts'
import { gotifyChannel } from '#features/notices/channels/gotify-channel.ts'
import { matrixChannel } from '#features/notices/channels/matrix-channel.ts'
import { ntfyChannel } from '#features/notices/channels/ntfy-channel.ts'
import { pagerdutyChannel } from '#features/notices/channels/pagerduty-channel.ts'
import { pushoverChannel } from '#features/notices/channels/pushover-channel.ts'
import { slackChannel } from '#features/notices/channels/slack-channel.ts'
import { teamsChannel } from '#features/notices/channels/teams-channel.ts'
import { telegramChannel } from '#features/notices/channels/telegram-channel.ts'
import { webhookChannel } from '#features/notices/channels/webhook-channel.ts'
import type { AnyChannelKind } from '#features/notices/channel-kind.ts'
import { AppError } from '#kernel/errors.ts'
import { suggest } from '#kernel/suggest.ts'

/** Every way to tell people something. */
export const channelKinds: readonly AnyChannelKind[] = [
  emailChannel,
  webhookChannel,
  slackChannel,
  discordChannel,
  teamsChannel,
  telegramChannel,
  matrixChannel,
  ntfyChannel,
  gotifyChannel,
  pushoverChannel,
  pagerdutyChannel,
  appriseChannel,
]

/** The kind of this name; INPUT_INVALID for none. */
export function kindNamed(name: string): AnyChannelKind {
  const found = channelKinds.find(({ kind }) => kind === name)
  if (found) return found
  const names = channelKinds.map(({ kind }) => kind)
  const meant = suggest(name, names)
  throw new AppError('INPUT_INVALID', `There is no kind of channel called ${name}`, {
    complaints: [{ path: 'kind', value: name, expected: names.join(', ') }],
    ...(meant === undefined ? {} : { hint: `Did you mean ${meant}?` }),
  })
}
