import type { SelectionSubject } from '#features/alerts/select-subjects.ts'
import type { countedStates, operators as allOperators, plainStates } from '#features/alerts/alert-rule.ts'

// The pages take types only of the server; as records they can neither lack one nor have one too many.

/** What a selection asks about. */
const asked: Record<SelectionSubject, string> = { device: 'Devices', server: 'Servers' }

/** States that a server is in or not. */
const plain: Record<(typeof plainStates)[number], true> = {
  server_offline: true,
  server_stale: true,
  server_unknown: true,
  server_flapping: true,
  service_failed: true,
  container_stopped: true,
  check_down: true,
  reboot_required: true,
}

/** States that are numbers. */
const counted: Record<(typeof countedStates)[number], true> = {
  updates_pending: true,
  security_updates_pending: true,
  certificate_days: true,
  filesystem_full_hours: true,
  clock_skew_seconds: true,
  agent_outdated: true,
}

const compared: Record<(typeof allOperators)[number], true> = { '>': true, '>=': true, '<': true, '<=': true }

export const operators: readonly string[] = Object.keys(compared)
export const ruleStates: readonly string[] = [...Object.keys(plain), ...Object.keys(counted)]
export const isPlainState = (state: string): boolean => Object.hasOwn(plain, state)
export const askedAbout = Object.entries(asked).map(([value, label]) => ({ value, label }))
export const isAskedAbout = (value: string): value is SelectionSubject => Object.hasOwn(asked, value)
