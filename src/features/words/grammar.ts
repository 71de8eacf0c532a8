import type { Lexicon } from '#features/words/lexicon.ts'
import { readNote, readSet } from '#features/words/read-annotate.ts'
import { readClassify } from '#features/words/read-classify.ts'
import { readCommand, readExport, readSync, readWebhook } from '#features/words/read-others.ts'
import { readTag, readUntag } from '#features/words/read-tag.ts'
import { asking, requestOf, splitAt, type Reading, type Request } from '#features/words/reading.ts'
import { textOf } from '#features/words/words.ts'
import { suggest } from '#kernel/suggest.ts'

/** The first that knows the verb reads the request. */
const rules: readonly ((request: Request) => Reading)[] = [
  readUntag,
  readTag,
  readNote,
  readSet,
  readClassify,
  readWebhook,
  readCommand,
  readSync,
  readExport,
]

/** How each action is asked for. */
export const examples = [
  'tag NAME on QUERY',
  'untag NAME from QUERY',
  'note "TEXT" on QUERY',
  'set FIELD=VALUE on QUERY',
  'classify as TYPE hosts QUERY',
  'call webhook NAME for QUERY',
  'run NAME on QUERY',
  'sync SOURCE',
  'export csv of QUERY',
]
const verbs = examples.map((example) => example.split(' ')[0]!)

/** What a request asks for by its form; never throws. `isKnown` is false where not even its verb is. */
export function readRequest(
  text: string,
  lexicon: Lexicon,
): { reading: NonNullable<Reading>; isKnown: boolean } {
  const request = requestOf(text, lexicon)
  if (!request) return { reading: asking('A quote is never closed'), isKnown: false }
  for (const rule of rules) {
    const reading = rule(request)
    if (!reading) continue
    if ('action' in reading && !lexicon.actions.has(reading.action))
      return { reading: asking(`There is no action ${reading.action} here`), isKnown: true }
    return { reading, isKnown: true }
  }
  return { reading: unknownVerb(request), isKnown: false }
}

function unknownVerb({ text, words, lexicon }: Request): NonNullable<Reading> {
  const verb = words[0]?.lower
  if (verb === undefined) return asking('What is to be done?', examples)
  const rest = text.slice(words[0]!.end)
  const put = /^(?:put|add|attach|stick)$/.test(verb) ? splitAt(words.slice(1), 'on', 'to') : undefined
  if (put && put.before.length > 0 && put.after.length > 0) {
    const [named, selected] = [textOf(text, put.before), textOf(text, put.after)]
    return asking(`Is ${named} a tag?`, [`tag ${named} on ${selected}`])
  }
  if (rest !== '' && lexicon.commands.some((name) => name.toLowerCase() === verb))
    return asking(`Is the command ${verb} to be run?`, [`run ${verb} on${rest.replace(/^\s+on\b/i, '')}`])
  const near = suggest(verb, verbs)
  if (near === undefined)
    return asking(`I do not know what ${verb} would do; say it in one of these forms`, examples)
  return asking(`I do not know what ${verb} would do`, [`${near}${text.slice(words[0]!.end)}`])
}
