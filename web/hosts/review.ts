import type { Host } from '#features/hosts/host-shapes.ts'

/** What can be decided about hosts. */
export interface Review {
  status?: Exclude<Host['status'], 'pushed'>
  hostType?: Host['hostType']
  notes?: string | null
}

/** One call of host.review. */
export interface ReviewStep extends Review {
  ids: number[]
}

/** Something done to hosts, and what takes it back. */
export interface DoneReview {
  sentence: string
  undo: ReviewStep[]
}

type Reviewed = Pick<Host, 'status' | 'hostType' | 'notes'> & { id: number }

/** What was sent to NetBox is not decided about again. */
export const mayReview = ({ status }: Pick<Host, 'status'>): boolean => status !== 'pushed'

const fieldsOf = (review: Review) => Object.keys(review) as (keyof Review)[]

/** Whether the review would change the host at all. */
export const changes = (host: Reviewed, review: Review): boolean =>
  fieldsOf(review).some((field) => host[field] !== review[field])

/** The calls that give hosts back what they had: one for each different state before. */
export function undoSteps(hosts: readonly Reviewed[], review: Review): ReviewStep[] {
  const steps = new Map<string, ReviewStep>()
  for (const host of hosts) {
    const before = Object.fromEntries(fieldsOf(review).map((field) => [field, host[field]])) as Review
    const key = JSON.stringify(before)
    const step = steps.get(key) ?? { ...before, ids: [] }
    step.ids.push(host.id)
    steps.set(key, step)
  }
  return [...steps.values()]
}

/** What steps come to for each host. */
function reviewsOf(steps: readonly ReviewStep[]): Map<number, Review> {
  const reviews = new Map<number, Review>()
  for (const { ids, ...review } of steps)
    for (const id of ids) reviews.set(id, { ...reviews.get(id), ...review })
  return reviews
}

/** Steps that come to the same, with each host in one only. */
export const lastWords = (steps: readonly ReviewStep[]): ReviewStep[] =>
  [...Map.groupBy(reviewsOf(steps), ([, review]) => JSON.stringify(review)).values()].map((same) => ({
    ...same[0]![1],
    ids: same.map(([id]) => id),
  }))

/** The list as it will be once the server has done the steps. */
export function afterSteps<Item extends Reviewed>(
  hosts: readonly Item[],
  steps: readonly ReviewStep[],
): Item[] {
  const reviews = reviewsOf(steps)
  return hosts.map((host) => (reviews.has(host.id) ? { ...host, ...reviews.get(host.id) } : host))
}

const verbs = { approved: 'Approved', rejected: 'Rejected', pending: 'Back to pending:' } as const

/** What was done, as one says it: `Approved 3 hosts`. */
export function sentenceOf({ status, hostType, notes }: Review, subject: string): string {
  if (status !== undefined) return `${verbs[status]} ${subject}`
  if (hostType !== undefined) return `Classified ${subject} as ${hostType}`
  return notes ? `Noted on ${subject}` : `Removed the note of ${subject}`
}
