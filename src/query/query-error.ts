import { AppError } from '#kernel/errors.ts'
import type { Span } from '#query/query-ast.ts'

const shownBefore = 50
const shownAfter = 50

/** What is wrong with a query. `suggestion` is the word that was probably meant. */
export interface QueryComplaint {
  /** One sentence without a full stop. */
  sentence: string
  expected: string
  suggestion?: string | undefined
  hint?: string | undefined
}

/** QUERY_INVALID with the place marked by a caret line; the complaint's path is `q:` and the 1-based character. */
export function queryError(text: string, span: Span, complaint: QueryComplaint): AppError {
  const { sentence, expected, suggestion } = complaint
  const hint = suggestion === undefined ? complaint.hint : `Did you mean ${suggestion}?`
  return new AppError('QUERY_INVALID', `${sentence}\n${marked(text, span)}`, {
    ...(hint === undefined ? {} : { hint }),
    complaints: [
      { path: `q:${span.start + 1}`, value: text.slice(span.start, span.end).slice(0, 100), expected },
    ],
  })
}

/** The text around the place, on one line, with carets below what is meant. */
function marked(text: string, { start, end }: Span): string {
  const from = start > shownBefore ? start - shownBefore + 1 : 0
  const to = Math.min(text.length, start + shownAfter)
  const line = `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`
  const carets = '^'.repeat(Math.max(1, Math.min(end, to) - start))
  return `  ${line.replaceAll(/\s/g, ' ')}\n  ${' '.repeat(start - from + (from > 0 ? 1 : 0))}${carets}`
}
