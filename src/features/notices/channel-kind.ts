import type { z } from 'zod'
import type { Clock } from '#kernel/clock.ts'
import type { Message } from '#features/notices/message.ts'

/** What sending needs of the world. */
export interface SendTools {
  clock: Clock
}

/** A way to tell people something: what it needs to know, and how a message goes out. */
export interface ChannelKind<Settings extends z.ZodObject = z.ZodObject> {
  /** `slack`. */
  readonly kind: string
  readonly title: string
  readonly summary: string
  /** Checked when it is entered; secrets are marked with `.meta({ secret: true })`. */
  readonly settings: Settings
  /** Whether one message can tell of several things; those that keep a state for each cannot. */
  readonly groups: boolean
  /**
   * Sends, and gives what the other side said. Throws AppErrors: CHANNEL_REFUSED for what would be refused again,
   * others (with `retry`) for what may go well later. Nothing in them is a secret.
   */
  send(settings: z.output<Settings>, message: Message, tools: SendTools, signal: AbortSignal): Promise<string>
}

/** Keeps the types of the settings while the list holds all kinds side by side. */
export const channelKind = <Settings extends z.ZodObject>(
  kind: ChannelKind<Settings>,
): ChannelKind<Settings> => kind

/** A kind whose settings the list has forgotten. */
// oxlint-disable-next-line typescript/no-explicit-any -- settings are checked by their schema wherever they come in
export type AnyChannelKind = ChannelKind<any>
