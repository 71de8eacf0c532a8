import type { Notice, NoticeKind, Severity } from '#features/notices/notice.ts'
import { severities } from '#features/notices/notice.ts'

/** A notice with its words as the channel wants them. */
export type ToldNotice = Omit<Notice, 'channelId'>

/** What is told in one go: one notice, or several as a digest. */
export interface Message {
  /** The same at every try, so that a product that knows such keys tells it once. */
  id: string
  /** When it was first tried. */
  at: string
  /** Of a digest the first that says most: something is wrong before something is well again. */
  kind: NoticeKind
  severity: Severity
  title: string
  /** The text in pieces; where a product takes only so much, the last ones are counted instead. */
  parts: readonly string[]
  link?: string | undefined
  notices: readonly ToldNotice[]
}

/** The more urgent of two. */
const worse = (one: Severity, other: Severity): Severity =>
  severities.indexOf(other) > severities.indexOf(one) ? other : one

const kindOrder: readonly NoticeKind[] = ['escalated', 'firing', 'reminder', 'resolved', 'report', 'test']
const kindWords: Readonly<Record<NoticeKind, string>> = {
  escalated: 'worse',
  firing: 'new',
  reminder: 'still there',
  resolved: 'resolved',
  report: 'reports',
  test: 'tests',
}

/** One notice as it is, several as a digest: how many of which kind, and a piece of text for each. */
export function messageOf(id: string, at: string, notices: readonly ToldNotice[]): Message {
  const [first] = notices
  if (first === undefined) throw new Error('A message tells at least one thing')
  if (notices.length === 1) {
    const { kind, severity, title, text, link } = first
    return { id, at, kind, severity, title, parts: text === '' ? [] : [text], link, notices }
  }
  const kinds = kindOrder.filter((kind) => notices.some((notice) => notice.kind === kind))
  const counts = kinds.map(
    (kind) => `${notices.filter((notice) => notice.kind === kind).length} ${kindWords[kind]}`,
  )
  return {
    id,
    at,
    kind: kinds[0]!,
    severity: notices.map(({ severity }) => severity).reduce(worse),
    title: `${notices.length} notices: ${counts.join(', ')}`,
    parts: notices.map((notice) => partOf(notice)),
    notices,
  }
}

function partOf({ title, text, link }: ToldNotice): string {
  const line = text.split('\n', 1)[0]!.trim()
  return [
    `• ${title}`,
    ...(line === '' || line === title ? [] : [`  ${line}`]),
    ...(link === undefined ? [] : [`  ${link}`]),
  ].join('\n')
}

/** Text that ends within so many UTF-16 units, with a sign that there was more. */
export const cut = (text: string, most: number): string => {
  if (text.length <= most) return text
  const kept = text.slice(0, Math.max(0, most - 1))
  // Half a pair would be no text at all to many.
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`
}

/** Text that ends within so many bytes of UTF-8. */
export function cutBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text
  const kept = Buffer.from(text).subarray(0, Math.max(0, most - 3))
  // A character that was cut in the middle becomes one that says so.
  return `${kept.toString().replace(/\uFFFD+$/, '')}…`
}

/** How long a text is, to whoever takes it. */
type Measure = (text: string) => number

/** The pieces of a message that fit, one under the other; of the others how many they are. */
export function textWithin(
  { parts }: Pick<Message, 'parts'>,
  most: number,
  measure: Measure = (text) => text.length,
): string {
  const all = parts.join('\n')
  if (measure(all) <= most) return all
  const shorten = (text: string, room: number) =>
    measure === byteLength ? cutBytes(text, room) : cut(text, room)
  if (parts.length === 1) return shorten(all, most)
  let kept = ''
  for (const [index, part] of parts.entries()) {
    const more = `\nand ${parts.length - index} more`
    const longer = kept === '' ? part : `${kept}\n${part}`
    const room = most - measure(`\nand ${parts.length} more`)
    if (measure(longer) > room)
      return kept === '' ? `${shorten(part, room)}\nand ${parts.length - 1} more` : `${kept}${more}`
    kept = longer
  }
  return kept
}

export const byteLength = (text: string): number => Buffer.byteLength(text)

/** Text that can stand in HTML. */
export const inHtml = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (found) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[found]!)
