import { createDeadlineQueue } from '#features/status/deadline-queue.ts'

/** When silence means something; milliseconds. */
export interface LivenessRule {
  /** So many missed heartbeats and the grace make a server gone. */
  missed: number
  grace: number
  /** More than this share of all, and at least so many, missing at once are suspicious. */
  massShare: number
  massCount: number
}

/**
 * alive; stale: one heartbeat was missed; held: gone by the rule, but too many at once to believe it; gone.
 * `never` has not been heard yet and is not waited for.
 */
export type LifeState = 'never' | 'alive' | 'stale' | 'held' | 'gone'

/** What is known of a server that is listened for. */
export interface LifeSettings {
  /** Milliseconds between two heartbeats. */
  interval: number
  /** It may sleep: its silence is no sign of trouble elsewhere. */
  isWorkstation: boolean
  /** It is not judged. */
  isPaused: boolean
}

/** Somebody's state is another than before. */
export interface Verdict {
  id: string
  state: LifeState
  /** It is one of many that went missing at once. */
  isOneOfMany: boolean
}

interface Life extends LifeSettings {
  id: string
  state: LifeState
  heardAt: number
  /** Of one that is held: since when, and when it is looked at again. */
  heldAt: number
  heldUntil: number
  queuedAt: number
  isOneOfMany: boolean
}

/** Who lives, by what was heard. It has no clock: every time is one of listening (listening.ts). */
export interface Liveness {
  /** Begins to listen for a server, or takes its new settings. One that was heard before may be seeded. */
  watch(id: string, settings: LifeSettings): void
  /** What was known when this node began; a time to count its silence from may lie ahead. */
  seed(id: string, state: Exclude<LifeState, 'never'>, heardAt: number): void
  forget(id: string): void
  has(id: string): boolean
  stateOf(id: string): LifeState
  /** Whether a heartbeat changed anything but the time. */
  heard(id: string, now: number): boolean
  /** Gives everybody who is not gone more time: `more` of its interval. */
  relearn(more: (interval: number) => number): void
  /** Whether somebody would be judged gone now; judge() should follow only once all that was received is heard. */
  wouldLose(now: number): boolean
  /** `canHear`: whether something else proves that we hear at all, beside what is heard. */
  judge(now: number, canHear: boolean): Verdict[]
  counts(): Readonly<Record<LifeState, number>>
}

export function createLiveness(rule: LivenessRule): Liveness {
  const lives = new Map<string, Life>()
  const queue = createDeadlineQueue<Life>()
  const counts: Record<LifeState, number> = { never: 0, alive: 0, stale: 0, held: 0, gone: 0 }
  /** When the last heartbeat of anybody was heard. */
  let heardAnybody = Number.NEGATIVE_INFINITY
  /** When servers were judged gone of late, oldest first. */
  let goneOfLate: number[] = []

  const isCounted = (life: Life): boolean => !life.isWorkstation && !life.isPaused
  function enter(life: Life, state: LifeState): void {
    if (isCounted(life)) {
      counts[life.state] -= 1
      counts[state] += 1
    }
    life.state = state
  }

  const patience = (life: Life): number => rule.missed * life.interval + rule.grace
  function deadlineOf(life: Life): number {
    if (life.isPaused) return Number.POSITIVE_INFINITY
    switch (life.state) {
      case 'alive':
        return life.heardAt + life.interval + rule.grace
      case 'stale':
        return life.heardAt + patience(life)
      case 'held':
        return life.heldUntil
      case 'never':
      case 'gone':
        return Number.POSITIVE_INFINITY
    }
  }

  /** Puts it in line where its time may come earlier than where it stands; later is found out when it comes up. */
  function line(life: Life): void {
    const at = deadlineOf(life)
    if (at >= life.queuedAt) return
    life.queuedAt = at
    queue.push({ at, item: life })
  }

  function lineAnew(): void {
    queue.clear()
    for (const life of lives.values()) {
      life.queuedAt = Number.POSITIVE_INFINITY
      line(life)
    }
  }

  /** Those whose time has come, each once; they are out of the line. */
  function takeDue(now: number): Life[] {
    const due: Life[] = []
    for (let next = queue.takeDue(now); next !== undefined; next = queue.takeDue(now)) {
      const life = next.item
      if (next.at !== life.queuedAt || lives.get(life.id) !== life) continue
      life.queuedAt = Number.POSITIVE_INFINITY
      if (deadlineOf(life) < now) due.push(life)
      else line(life)
    }
    return due
  }

  /** Many of those who are waited for are missing together: rather we are cut off than they are all gone. */
  function isSuspicious(now: number, window: number): boolean {
    const first = goneOfLate.findIndex((at) => now - at <= window)
    if (first !== 0) goneOfLate = first === -1 ? [] : goneOfLate.slice(first)
    const missing = counts.stale + counts.held + goneOfLate.length
    const all = counts.alive + missing
    return missing >= rule.massCount && missing > rule.massShare * all
  }

  const isLost = (life: Life, now: number): boolean =>
    now > (life.state === 'held' ? life.heldUntil : life.heardAt + patience(life))

  return {
    watch(id, settings) {
      const known = lives.get(id)
      if (known === undefined) {
        const times = { heardAt: 0, heldAt: 0, heldUntil: 0, queuedAt: Number.POSITIVE_INFINITY }
        const life: Life = { id, state: 'never', isOneOfMany: false, ...settings, ...times }
        if (isCounted(life)) counts.never += 1
        lives.set(id, life)
        return
      }
      if (isCounted(known)) counts[known.state] -= 1
      Object.assign(known, settings)
      if (isCounted(known)) counts[known.state] += 1
      line(known)
    },
    seed(id, state, heardAt) {
      const life = lives.get(id)
      if (life === undefined) return
      life.heardAt = heardAt
      life.isOneOfMany = state === 'held'
      life.heldAt = heardAt
      life.heldUntil = heardAt + life.interval
      enter(life, state)
      line(life)
    },
    forget(id) {
      const life = lives.get(id)
      if (life === undefined) return
      if (isCounted(life)) counts[life.state] -= 1
      lives.delete(id)
    },
    has: (id) => lives.has(id),
    stateOf: (id) => lives.get(id)?.state ?? 'never',
    heard(id, now) {
      const life = lives.get(id)
      if (life === undefined) return false
      heardAnybody = Math.max(heardAnybody, now)
      life.heardAt = now
      life.isOneOfMany = false
      const isChange = life.state !== 'alive'
      if (isChange) enter(life, 'alive')
      line(life)
      return isChange
    },
    relearn(more) {
      for (const life of lives.values()) {
        life.heardAt += more(life.interval)
        life.heldUntil += more(life.interval)
      }
      lineAnew()
    },
    wouldLose(now) {
      const due = takeDue(now)
      for (const life of due) line(life)
      return due.some((life) => isLost(life, now))
    },
    judge(now, canHear) {
      const verdicts = new Map<string, Verdict>()
      const say = (life: Life, state: LifeState): void => {
        enter(life, state)
        verdicts.set(life.id, { id: life.id, state, isOneOfMany: life.isOneOfMany })
      }
      const due = takeDue(now)
      // First who is missing at all, so that the many are seen before the first of them is judged.
      for (const life of due) if (life.state === 'alive') say(life, 'stale')
      for (const life of due) {
        if (isLost(life, now)) lose(life)
        line(life)
      }
      return [...verdicts.values()]

      function lose(life: Life): void {
        if (life.isWorkstation) return say(life, 'gone')
        if (life.state !== 'held' && isSuspicious(now, patience(life))) {
          life.heldAt = now
          life.heldUntil = now + life.interval
          life.isOneOfMany = true
          return say(life, 'held')
        }
        if (life.state === 'held' && !canHear && heardAnybody <= life.heldAt) {
          life.heldUntil = now + life.interval
          return undefined
        }
        goneOfLate.push(now)
        return say(life, 'gone')
      }
    },
    counts: () => counts,
  }
}
