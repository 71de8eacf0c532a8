import { after, asking, listOf, selectionOf, splitAt, splitAtLast } from '#features/words/reading.ts'
import type { Reading, Request } from '#features/words/reading.ts'
import { textOf, type Word } from '#features/words/words.ts'
import { suggest } from '#kernel/suggest.ts'

const tagVerbs =
  'add the tags, add the tag, add tags, add tag, put the tags, put the tag, put tags, put tag, set the tag, set tag, tag, label'.split(
    ', ',
  )
const untagVerbs =
  'remove the tags, remove the tag, remove tags, remove tag, take the tags, take the tag, take tag, drop the tag, drop tag, delete the tag, clear tag, untag'.split(
    ', ',
  )

/** `tag web-tier on type:vm`, `tag type:vm with web-tier`, `mark type:vm as web-tier`. */
export function readTag(request: Request): Reading {
  const marked = after(request.words, 'mark')
  const rest = marked ?? after(request.words, ...tagVerbs)
  if (!rest) return undefined
  const forward = marked ? undefined : splitAt(rest, 'on', 'onto', 'to', 'for', 'at')
  const backward = forward ? undefined : splitAtLast(rest, 'as', 'with')
  const [named, selected] = forward
    ? [forward.before, forward.after]
    : [backward?.after ?? [], backward?.before ?? []]
  if (!forward && !backward) {
    const choices = rest.length > 0 ? [`tag ${textOf(request.text, rest.slice(0, 1))} on all devices`] : []
    return asking('Which tag on which devices? Say it as: tag NAME on QUERY', choices)
  }
  const tags = tagsIn(named)
  const selection = textOf(request.text, selected)
  if (tags === undefined || tags.length === 0)
    return whichTags(named, (list) => `tag ${list} on ${selection}`)
  return {
    action: 'tag',
    parameters: { add: tags },
    selection: selectionOf(request, selected, (other) => `tag ${tags.join(', ')} on ${other}`),
  }
}

/** `untag legacy from type:vm`; the tags have to be there. */
export function readUntag(request: Request): Reading {
  const rest = after(request.words, ...untagVerbs)
  if (!rest) return undefined
  const split = splitAt(rest, 'from', 'off', 'on', 'of')
  if (!split) return asking('Which tag from which devices? Say it as: untag NAME from QUERY')
  const tags = tagsIn(split.before)
  const selection = textOf(
    request.text,
    split.after.filter((word, index) => index > 0 || word.lower !== 'of'),
  )
  const rewrite = (list: string) => `untag ${list} from ${selection}`
  if (tags === undefined || tags.length === 0) return whichTags(split.before, rewrite)
  const known = request.lexicon.tags
  const strange = tags.find((tag) => !known.includes(tag))
  if (strange !== undefined) {
    const near = suggest(strange, known)
    const mended = tags.map((tag) => (tag === strange ? near : tag)).join(', ')
    return asking(`There is no tag ${strange}`, near === undefined ? [] : [rewrite(mended)])
  }
  return {
    action: 'untag',
    parameters: { remove: tags },
    selection: selectionOf(request, split.after, (other) => `untag ${tags.join(', ')} from ${other}`),
  }
}

const articles = new Set(['the', 'tag', 'tags', 'label', 'a'])

/** The tags of a list; undefined where it could be one tag of several words as well as several tags. */
const tagsIn = (words: readonly Word[]): string[] | undefined =>
  listOf(words.filter(({ lower, quoted }) => quoted !== undefined || !articles.has(lower)))

function whichTags(words: readonly Word[], rewrite: (list: string) => string): Reading {
  const names = words
    .map(({ quoted, text }) => quoted ?? text.replaceAll(',', ''))
    .filter((name) => name !== '')
  if (names.length === 0) return asking('Which tag? Say it as: tag NAME on QUERY')
  return asking(`Is ${names.join(' ')} one tag, or several?`, [
    rewrite(names.join('-')),
    rewrite(names.join(', ')),
  ])
}
