export const groupStates = ['operational', 'degraded', 'outage', 'maintenance', 'unknown'] as const
export type GroupState = (typeof groupStates)[number]

/** What one member of a group is; `ignored` says nothing: paused, asleep, not heard yet. */
export type MemberState = 'up' | 'down' | 'maintenance' | 'ignored'

export function serverState({
  status,
  condition,
}: {
  status: string
  condition: string | null
}): MemberState {
  if (condition === 'maintenance') return 'maintenance'
  if (condition === 'paused' || condition === 'asleep' || status === 'unknown') return 'ignored'
  return status === 'online' ? 'up' : 'down'
}

export function checkMemberState({
  state,
  paused_at,
}: {
  state: string
  paused_at: string | null
}): MemberState {
  if (paused_at !== null || state === 'unknown') return 'ignored'
  return state === 'down' ? 'down' : 'up'
}

/** What the world is told of several together. */
export function stateOf(members: readonly MemberState[]): GroupState {
  const count = (state: MemberState): number => members.filter((each) => each === state).length
  const [up, down, maintenance] = [count('up'), count('down'), count('maintenance')]
  if (down > 0) return up + maintenance > 0 ? 'degraded' : 'outage'
  if (maintenance > 0) return 'maintenance'
  return up > 0 ? 'operational' : 'unknown'
}

const badness: Readonly<Record<GroupState, number>> = {
  outage: 4,
  degraded: 3,
  maintenance: 2,
  operational: 1,
  unknown: 0,
}

/** The worst of several; unknown where there is nothing. */
export const worstOf = (states: readonly GroupState[]): GroupState =>
  states.toSorted((one, other) => badness[other] - badness[one])[0] ?? 'unknown'
