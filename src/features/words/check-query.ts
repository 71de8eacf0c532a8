import type { Asking, Lexicon } from '#features/words/lexicon.ts'
import type { Question } from '#features/words/word-shapes.ts'
import type { Selected, Selecting } from '#features/words/selection.ts'
import { AppError } from '#kernel/errors.ts'
import { suggest } from '#kernel/suggest.ts'
import { formatQuery } from '#query/format-query.ts'
import { parseQuery } from '#query/parse-query.ts'
import { literalOf } from '#query/query-ast.ts'
import type { Query } from '#query/query-ast.ts'
import { resolveQuery } from '#query/resolve-query.ts'
import { subjects } from '#query/subjects.ts'

/** The query in its plainest spelling, when it can be read and every tag in it is there; otherwise what to ask. */
export function checkQuery(
  { clock }: Pick<Asking, 'clock'>,
  { customFields, tags }: Pick<Lexicon, 'customFields' | 'tags'>,
  { subject, rewrite }: Pick<Selecting, 'subject' | 'rewrite'>,
  text: string,
): Selected {
  try {
    const query = parseQuery(text)
    resolveQuery(query, subjects[subject], { text, now: clock.now(), customFields })
    const questions =
      subject === 'device' ? unknownTags(query, tags).map((tag) => askForTag(tag, tags, text, rewrite)) : []
    return questions.length > 0 ? { questions } : { q: formatQuery(query) }
  } catch (error) {
    if (error instanceof AppError && error.code === 'QUERY_INVALID')
      return { questions: [questionOf(error, text, rewrite)] }
    throw error
  }
}

/** What is wrong with a query as a question, with the better word as its choice where there is one. */
function questionOf(error: AppError, text: string, rewrite: Selecting['rewrite']): Question {
  const sentence = error.message.split('\n')[0]!
  const [complaint] = error.complaints
  const better = /^Did you mean (.+)\?$/.exec(error.hint ?? '')?.[1]
  const place = /^q:(\d+)$/.exec(complaint?.path ?? '')?.[1]
  if (better === undefined || place === undefined || typeof complaint?.value !== 'string')
    return { text: complaint ? `${sentence}: expected ${complaint.expected}` : sentence, choices: [] }
  const start = Number(place) - 1
  const mended = text.slice(0, start) + better + text.slice(start + complaint.value.length)
  return { text: sentence, choices: [rewrite(mended)] }
}

/** Tags that a query asks for by their whole name and that nobody made. */
function unknownTags(query: Query, tags: readonly string[]): string[] {
  switch (query.is) {
    case 'and':
    case 'or':
      return query.items.flatMap((item) => unknownTags(item, tags))
    case 'not':
      return unknownTags(query.item, tags)
    case 'comparison': {
      if (query.path.length !== 1 || !['tag', 'tags'].includes(query.path[0]!.toLowerCase())) return []
      const literals = query.values.flatMap((value) =>
        value.is === 'pattern' ? (literalOf(value) ?? []) : [],
      )
      const known = new Set(tags.map((tag) => tag.toLowerCase()))
      return literals.filter((literal) => !known.has(literal.toLowerCase()))
    }
    case 'all':
    case 'word':
      return []
  }
}

function askForTag(
  tag: string,
  tags: readonly string[],
  text: string,
  rewrite: Selecting['rewrite'],
): Question {
  const near = suggest(tag, tags)
  const mended = near === undefined ? undefined : text.replaceAll(`:${tag}`, `:${near}`)
  return {
    text: `No device carries a tag ${tag}`,
    choices: mended === undefined || mended === text ? [] : [rewrite(mended)],
  }
}
