import type { Json } from '#kernel/json.ts'
import { sameJson } from '#kernel/json.ts'

/** Words that some sources add to the name of an operating system and others leave out. */
const fillers =
  /\b(microsoft|gnu|linux|server|enterprise|standard|datacenter|edition|release|version|lts|x64|x86|64 bit|32 bit|or later)\b/g

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}.]+/gu, ' ')
    .trim()

/** Ends that say nothing of which maker it is. */
const legalForms =
  /\b(inc|incorporated|corp|corporation|co|ltd|limited|llc|gmbh|ag|plc|computer|systems?|technologies|networks?)\b/g

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '')

/** Whether two values of a field mean the same, however their sources spell it. */
export function agree(field: string, left: Json, right: Json): boolean {
  if (sameJson(left, right)) return true
  if (typeof left !== 'string' || typeof right !== 'string') return false
  const [one, other] = [left.trim().toLowerCase(), right.trim().toLowerCase()]
  switch (field) {
    case 'name':
      return one === other || one.startsWith(`${other}.`) || other.startsWith(`${one}.`)
    case 'os':
      return isPart(osWords(one), osWords(other)) || isPart(osWords(other), osWords(one))
    case 'vendor':
      return isPart(makerWords(one), makerWords(other)) || isPart(makerWords(other), makerWords(one))
    case 'serial':
      return one.replaceAll(/[^a-z0-9]/g, '') === other.replaceAll(/[^a-z0-9]/g, '')
    default:
      return plain(one) === plain(other)
  }
}

const makerWords = (text: string): string[] =>
  words(plain(text).replaceAll('.', '').replaceAll(legalForms, ' '))

/** `Debian` and `Debian GNU/Linux 13 (64-bit)` agree; 12 and 13 do not. */
const osWords = (text: string): string[] => words(plain(text).replaceAll(fillers, ' '))

/** Every word of the one is in the other, or begins one there: 13 of 13.1. */
const isPart = (few: readonly string[], many: readonly string[]): boolean =>
  few.length > 0 && few.every((word) => many.some((each) => each === word || each.startsWith(`${word}.`)))
