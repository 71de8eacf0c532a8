import { after, asking, listOf, selectionOf, splitAt, splitAtLast } from '#features/words/reading.ts'
import type { Reading, Request } from '#features/words/reading.ts'
import { sureOf, wholes } from '#features/words/synonyms.ts'
import { textOf, type Word } from '#features/words/words.ts'
import { suggest } from '#kernel/suggest.ts'

const tagVerbs =
  'add the tags, add the tag, add tags, add tag, put the tags, put the tag, put tags, put tag, set the tag, set tag, tag, label'.split(
    ', ',
  )
const untagVerbs =
  'remove the tags, remove the tag, remove tags, remove tag, take the tags, take the tag, take tag, drop the tag, drop tag, delete the tag, delete tag, clear the tag, clear tag, strip the tag, strip tag, untag'.split(
    ', ',
  )

/** `tag web-tier on type:vm`, `tag type:vm with web-tier`, `mark type:vm as web-tier`. */
export function readTag(request: Request): Reading {
  const marked = after(request.words, 'mark')
  const rest = marked ?? after(request.words, ...tagVerbs)
  if (!rest) return undefined
  const backwards = splitAtLast(rest, 'as', 'with')
  const isBare = /^(?:tag|label)$/.test(request.words[0]!.lower) && rest.length === request.words.length - 1
  const forwards = marked ? undefined : splitAt(rest, 'on', 'onto', 'to', 'for', 'at')
  const isTurned = isBare && forwards !== undefined && backwards !== undefined && !isNaming(forwards.before)
  const forward = isTurned ? undefined : forwards
  const backward = forward ? undefined : backwards
  if (isBare && forward && isDevices(forward.before)) return whichWay(request, forward)
  const [named, selected] = forward
    ? [forward.before, forward.after]
    : [backward?.after ?? [], backward?.before ?? []]
  if (!forward && !backward) {
    const choices = rest.length > 0 ? [`tag ${textOf(request.text, rest.slice(0, 1))} on all devices`] : []
    if (rest.length > 0 && isDevices(rest))
      return asking(`Which tag for ${textOf(request.text, rest)}? Say it as: tag QUERY with NAME`)
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

/** Whether the words in front of `on` can be names of tags, and not `vms not seen`. */
const isNaming = (words: readonly Word[]): boolean => (tagsIn(words)?.length ?? 0) > 0 && !isDevices(words)

/** Words that more likely say which devices are meant than what a new tag is called. */
const isDevices = (words: readonly Word[]): boolean =>
  words.some(
    ({ lower, quoted }) =>
      quoted === undefined &&
      (wholes.has(lower) ||
        /^devices?$|[*?:=<>]/.test(lower) ||
        sureOf('device', lower.replace(/,$/, ''), false) !== undefined),
  )

/** `tag vms on esx1`: said so that it may be meant in two ways. */
function whichWay(
  { text }: Request,
  { before, after: behind }: { before: readonly Word[]; after: readonly Word[] },
) {
  const [named, selected] = [textOf(text, before), textOf(text, behind)]
  return asking(`Is ${named} the tag? Say it as: add tag NAME to QUERY, or tag QUERY with NAME`, [
    `add tag ${named} to ${selected}`,
    ...(behind.length === 1 ? [`tag ${named} with ${selected}`] : []),
  ])
}

/** `untag legacy from type:vm`; the tags have to be there. */
export function readUntag(request: Request): Reading {
  const rest = after(request.words, ...untagVerbs) ?? withoutWord(request)
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

/** `remove legacy from vms`, without the word tag: nothing else can be removed with words. */
function withoutWord({ words }: Request): readonly Word[] | undefined {
  const rest = after(words, 'remove', 'take', 'drop')
  return rest && splitAt(rest, 'from', 'off') ? rest : undefined
}

/**
 * The tags of a list, without a leading `the tag`; undefined where it could be one tag of several words as well as several
 * tags. A lone `a` is a name.
 */
function tagsIn(words: readonly Word[]): string[] | undefined {
  const said = ['the tags', 'the tag', 'the label', 'a tag', 'a label', 'tags', 'tag', 'label']
  return listOf(after(words, ...said) ?? words)
}

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
