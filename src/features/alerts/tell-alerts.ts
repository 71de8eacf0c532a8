import type { Memory } from '#features/alerts/alert-memory.ts'
import type { TurnChanges } from '#features/alerts/alert-turn.ts'
import { valueText } from '#features/alerts/alert-text.ts'
import type { EscalationStep } from '#features/alerts/escalation-shapes.ts'
import type { OpenAlert, Resolution } from '#features/alerts/open-alert.ts'
import { planTelling, type TellingTerms } from '#features/alerts/plan-notices.ts'
import type { Notice, NoticeKind } from '#features/notices/notice.ts'

/** What is told in a turn: it is put into words only when every alert has its id. */
export interface Tale {
  alert: OpenAlert
  kind: NoticeKind
  key: string
  channels: readonly number[]
  note: string
}

/** Without an escalation that says otherwise, every channel is told at once of what is more than a hint. */
const everyChannel = (channels: readonly number[]): EscalationStep[] => [
  { afterMinutes: 0, channelIds: [...channels], severities: ['warning', 'critical'] },
]

/** The steps that an alert is told by: its rule's, the default ones, or all channels at once. */
export function stepsFor(
  { works, policies, channels }: Memory,
  { ruleId }: Pick<OpenAlert, 'ruleId'>,
): readonly EscalationStep[] {
  const wanted = works.find(({ rule }) => rule.id === ruleId)?.rule.policyId
  const policy = policies.find(({ id }) => id === wanted) ?? policies.find(({ isDefault }) => isDefault)
  return policy?.steps ?? everyChannel(channels)
}

/** Decides what is told of the open alerts, and to whom it is told that others are over. */
export function tellAlerts(
  memory: Memory,
  terms: Omit<TellingTerms, 'steps'>,
  changes: TurnChanges,
  behind: (alert: OpenAlert) => number,
): Tale[] {
  const tales: Tale[] = []
  const steps = new Map<number | null, readonly EscalationStep[]>()
  for (const alert of memory.open.values()) {
    if (alert.suppressedBy !== null) continue
    if (!steps.has(alert.ruleId)) steps.set(alert.ruleId, stepsFor(memory, alert))
    const telling = planTelling(alert, { ...terms, steps: steps.get(alert.ruleId)! })
    if (telling === undefined) continue
    alert.told = telling.told
    if (!changes.made.has(alert)) changes.changed.add(alert)
    const count = behind(alert)
    const note =
      count === 0
        ? ''
        : `${count.toLocaleString('en')} server${count === 1 ? '' : 's'} behind it ${count === 1 ? 'is' : 'are'} lost with it.`
    tales.push({ alert, kind: telling.kind, key: telling.key, channels: telling.channels, note })
    changes.events.push({ alert, kind: 'told', message: told(telling.kind, telling.channels.length) })
  }
  for (const [alert, how] of changes.resolved)
    if (alert.told && alert.told.channels.length > 0)
      tales.push({ alert, kind: 'resolved', key: 'resolved', channels: alert.told.channels, note: ends[how] })
  return tales
}

const ends: Readonly<Record<Resolution, string>> = {
  recovered: 'It is all right again.',
  gone: 'What it was about is there no longer.',
  rule: 'Its rule asks for it no more.',
  person: 'A person said that it is over.',
}

const told = (kind: NoticeKind, channels: number): string =>
  `${kind} over ${channels} channel${channels === 1 ? '' : 's'}`

/** A tale as notices, one a channel. */
export function noticesOf(
  { alert, kind, key, channels, note }: Tale,
  publicUrl: string | undefined,
): Notice[] {
  const measured = alert.kind === 'metric' ? alert.title : alert.kind
  const labels: Record<string, string> = {
    rule: alert.ruleName,
    subject: alert.subjectName,
    since: alert.startedAt,
    ...(alert.serverId === null ? {} : { server: alert.serverId }),
    ...(alert.deviceId === null ? {} : { device: `${alert.deviceId}` }),
    ...(alert.part === '' ? {} : { part: alert.part }),
    ...(alert.value === null ? {} : { value: valueText(measured, alert.value) }),
    ...(alert.threshold === null ? {} : { threshold: valueText(measured, alert.threshold) }),
    ...(alert.affected === 0 ? {} : { affected: `${alert.affected}` }),
    ...(alert.isFlapping ? { flapping: 'true' } : {}),
    ...(alert.kind === 'cause' ? { cause: alert.subjectName } : {}),
  }
  const text = [`${alert.title}.`, note, `Rule: ${alert.ruleName}.`].filter((line) => line !== '').join('\n')
  return channels.map((channelId) => ({
    key: `alert:${alert.id}:${key}`,
    channelId,
    kind,
    severity: alert.severity,
    title: alert.title,
    text,
    labels,
    alertId: alert.id,
    ...(publicUrl === undefined ? {} : { link: `${publicUrl.replace(/\/$/, '')}/alerts/${alert.id}` }),
  }))
}
