import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EscalationStep } from '#features/alerts/escalation-shapes.ts'
import type { OpenAlert } from '#features/alerts/open-alert.ts'
import { planTelling } from '#features/alerts/plan-notices.ts'

const minute = 60_000
const step = (given: object): EscalationStep => EscalationStep.parse({ afterMinutes: 0, ...given })

const alert = (more: Partial<OpenAlert> = {}): OpenAlert => ({
  id: 1,
  fingerprint: 'rule:1/web/',
  ruleId: 1,
  ruleName: 'CPU busy',
  kind: 'metric',
  subject: 'web',
  part: '',
  subjectName: 'web',
  serverId: 'web',
  deviceId: null,
  severity: 'warning',
  state: 'firing',
  suppressedBy: null,
  cause: null,
  affected: 0,
  isFlapping: false,
  title: '',
  value: 91,
  threshold: 90,
  startedAt: '2026-01-01T00:00:00.000Z',
  openedAt: 0,
  dueAt: 0,
  told: undefined,
  isAcknowledged: false,
  calmSince: undefined,
  ...more,
})

/** Lets a day pass in minutes and gives what was told: `minute kind channels`. */
function day(steps: EscalationStep[], change: (alert: OpenAlert, at: number) => void = () => {}): string[] {
  const told: string[] = []
  const one = alert()
  for (let at = 0; at <= 600; at += 1) {
    change(one, at)
    const reminders = { critical: 30 * minute, warning: 240 * minute }
    const telling = planTelling(one, { steps, reminders, now: at * minute, wall: at * minute })
    if (telling === undefined) continue
    one.told = telling.told
    told.push(`${at} ${telling.kind} ${telling.channels.join(',')}`)
  }
  return told
}

const both = [step({ channelIds: [1] }), step({ afterMinutes: 15, channelIds: [2] })]

test('the second step is called when nobody looks after it, then all of them are reminded', () => {
  assert.deepEqual(day(both), ['0 firing 1', '15 escalated 2', '255 reminder 1,2', '495 reminder 1,2'])
})

test('who looks after it is neither escalated nor reminded', () => {
  assert.deepEqual(
    day(both, (one, at) => {
      if (at === 10) one.isAcknowledged = true
    }),
    ['0 firing 1'],
  )
})

test('what gets worse is told at once, also to those who hear of nothing milder', () => {
  const steps = [step({ channelIds: [1] }), step({ channelIds: [3], severities: ['critical'] })]
  assert.deepEqual(
    day(steps, (one, at) => {
      if (at === 5) one.severity = 'critical'
      if (at === 40) one.isAcknowledged = true
    }),
    ['0 firing 1', '5 firing 1,3', '35 reminder 1,3'],
  )
})

test('a step with hours waits for them', () => {
  const hours = { from: '06:00', to: '20:00', timeZone: 'Europe/Vienna' }
  // Midnight UTC is 01:00 in Vienna, so 06:00 there is 300 minutes later.
  assert.deepEqual(day([step({ channelIds: [4], hours })]), ['300 firing 4', '540 reminder 4'])
})

test('nothing is told before it is due, while it clears, or of what no step asks for', () => {
  assert.equal(planTelling(alert({ dueAt: 5 }), { steps: both, reminders: {}, now: 4, wall: 0 }), undefined)
  assert.equal(
    planTelling(alert({ state: 'clearing' }), { steps: both, reminders: {}, now: 4, wall: 0 }),
    undefined,
  )
  assert.deepEqual(day([step({ channelIds: [1], severities: ['critical'] })]), [])
})
