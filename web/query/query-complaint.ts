import { asApiError } from '../api.ts'

/** What is wrong with a query, where, and what was probably meant. */
export interface QueryComplaint {
  /** 0-based characters of the query; at least one. */
  start: number
  end: number
  sentence: string
  expected: string
  /** What would stand at the place instead. */
  suggestion: string | undefined
}

/** The complaint about a query in an error of the server; undefined when it is about something else. */
export function queryComplaintOf(error: unknown): QueryComplaint | undefined {
  if (!error) return undefined
  const { code, message, hint, complaints } = asApiError(error)
  if (code !== 'QUERY_INVALID') return undefined
  const complaint = complaints.find(({ path }) => /^q:\d+$/.test(path))
  const start = complaint ? Math.max(0, Number(complaint.path.slice(2)) - 1) : 0
  const value = typeof complaint?.value === 'string' ? complaint.value : ''
  return {
    start,
    end: start + Math.max(1, value.length),
    // The lines after the first one show the place to those who only have text.
    sentence: message.split('\n', 1)[0]!,
    expected: complaint?.expected ?? '',
    suggestion: /^Did you mean (.+)\?$/.exec(hint ?? '')?.[1],
  }
}

/** The query with what was probably meant in the place of what is wrong. */
export const corrected = (text: string, { start, end, suggestion }: QueryComplaint): string =>
  suggestion === undefined ? text : text.slice(0, start) + suggestion + text.slice(end)

/** The query in three parts, the middle one being wrong; a space stands for what is missing at the end. */
export function partsAround(text: string, { start, end }: QueryComplaint): [string, string, string] {
  const from = Math.min(start, text.length)
  return [text.slice(0, from), text.slice(from, end) || ' ', text.slice(end)]
}
