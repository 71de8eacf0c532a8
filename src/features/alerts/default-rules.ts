import type { AlertRule } from '#features/alerts/alert-rule.ts'

/** A rule that Rollcall comes with: put there once, everybody's to change or delete afterwards. */
export type DefaultRule = Pick<
  AlertRule,
  'name' | 'description' | 'condition' | 'levels' | 'clearAt' | 'forSeconds' | 'clearForSeconds'
> & { seed: string }

const usual = { clearAt: null, forSeconds: 0, clearForSeconds: 0 }
const sustained = { clearAt: null, forSeconds: 300, clearForSeconds: 120 }
const metric = (name: string) =>
  ({ on: 'metric', metric: name, operator: '>=', aggregate: 'last', minutes: 5 }) as const

export const defaultRules: readonly DefaultRule[] = [
  {
    ...usual,
    seed: 'server_offline',
    name: 'Server offline',
    description: 'A server was not heard of for longer than its heartbeats allow.',
    condition: { on: 'state', state: 'server_offline' },
    levels: { critical: 1 },
  },
  {
    ...sustained,
    seed: 'cpu',
    name: 'CPU busy',
    description: 'The processors had little left to give for five minutes.',
    condition: metric('cpu_percent'),
    levels: { warning: 90, critical: 95 },
  },
  {
    ...sustained,
    seed: 'memory',
    name: 'Memory full',
    description: 'Little memory was available for five minutes.',
    condition: metric('memory_percent'),
    levels: { warning: 90, critical: 95 },
  },
  {
    ...usual,
    seed: 'filesystem',
    name: 'File system full',
    description: 'A file system has little room left.',
    condition: metric('filesystem_percent'),
    levels: { warning: 85, critical: 95 },
    clearAt: 83,
    clearForSeconds: 120,
  },
  {
    ...usual,
    seed: 'filesystem_forecast',
    name: 'File system full soon',
    description: 'At the pace of the last days a file system is full within a day.',
    condition: { on: 'state', state: 'filesystem_full_hours' },
    levels: { warning: 24 },
    clearAt: 48,
  },
  {
    ...usual,
    seed: 'service_failed',
    name: 'Service failed',
    description: 'A service failed, or one that is expected does not run.',
    condition: { on: 'state', state: 'service_failed' },
    levels: { warning: 1 },
    forSeconds: 60,
  },
  {
    ...usual,
    seed: 'check_down',
    name: 'Check down',
    description: 'What a check looks at does not answer as it should.',
    condition: { on: 'state', state: 'check_down' },
    levels: { critical: 1 },
  },
  {
    ...usual,
    seed: 'certificate',
    name: 'Certificate expires',
    description: 'A TLS certificate that a check sees ends soon.',
    condition: { on: 'state', state: 'certificate_days' },
    levels: { warning: 21, critical: 7 },
  },
  {
    ...sustained,
    seed: 'temperature',
    name: 'Too warm',
    description: 'A sensor was hot for five minutes.',
    condition: metric('temperature_celsius{sensor="*"}'),
    levels: { warning: 80, critical: 90 },
  },
  {
    ...usual,
    seed: 'clock_skew',
    name: 'Clock wrong',
    description: 'The clock of a server is away from ours.',
    condition: { on: 'state', state: 'clock_skew_seconds' },
    levels: { warning: 60 },
    forSeconds: 300,
  },
  {
    ...usual,
    seed: 'server_flapping',
    name: 'Server comes and goes',
    description: 'A server was lost and found again several times within an hour.',
    condition: { on: 'state', state: 'server_flapping' },
    levels: { warning: 1 },
  },
  {
    ...usual,
    seed: 'reboot_required',
    name: 'Restart needed',
    description: 'Updates wait for a restart of the machine.',
    condition: { on: 'state', state: 'reboot_required' },
    levels: { info: 1 },
  },
]
