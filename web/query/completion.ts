/** One thing that may stand at the cursor. */
export interface Candidate {
  kind: 'field' | 'relation' | 'operator' | 'value' | 'keyword'
  text: string
  detail: string
}

/** What may stand in the place of a part of the query. */
export interface Completion {
  from: number
  to: number
  candidates: Candidate[]
}

/** The query with a candidate taken, and where to write on. What ends a condition is followed by a space. */
export function taken(
  text: string,
  { from, to }: Completion,
  candidate: Candidate,
): { text: string; position: number } {
  const rest = text.slice(to)
  const ends = candidate.kind === 'value' || candidate.kind === 'keyword'
  const space = ends && !/^[\s),]/.test(rest) ? ' ' : ''
  const before = text.slice(0, from) + candidate.text + space
  return { text: before + rest, position: before.length + (ends && space === '' ? 1 : 0) }
}

/** The row after some steps, going round; -1 is the text itself. */
export function steppedThrough(active: number, steps: number, count: number): number {
  const places = count + 1
  return ((active + 1 + steps + places) % places) - 1
}
