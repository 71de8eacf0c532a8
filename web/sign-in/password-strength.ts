/** How hard a password is to guess, in words, and what would help. */
export interface Strength {
  /** 0 is refused, 4 is as good as it gets. */
  score: 0 | 1 | 2 | 3 | 4
  word: string
  advice: string | undefined
}

export const shortestPassword = 12

const common =
  /passw(or|0r)d|qwert|asdf|letmein|welcome|admin|rollcall|iloveyou|monkey|dragon|secret|changeme|12345|54321|abcde/gi

/** Characters that say something: neither repeated nor next to the one before in the alphabet or the digits. */
function telling(text: string): number {
  const codes = [...text].map((character) => character.codePointAt(0)!)
  return codes.filter((code, index) => index === 0 || Math.abs(code - codes[index - 1]!) > 1).length
}

const words = ['too short', 'weak', 'fair', 'good', 'strong'] as const

/** Judges a new password; `known` are words that others know of the person. */
export function passwordStrength(password: string, known: readonly string[] = []): Strength {
  const length = [...password].length
  if (length < shortestPassword) {
    const missing = shortestPassword - length
    return {
      score: 0,
      word: words[0],
      advice: `${missing} ${missing === 1 ? 'character' : 'characters'} to go.`,
    }
  }
  const names = known
    .flatMap((name) => name.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter((name) => name.length > 3)
  const lower = password.toLowerCase()
  const named = names.some((name) => lower.includes(name))
  const guessable = named || new RegExp(common).test(password)
  const rest = names.reduce((text, name) => text.replaceAll(name, ''), lower.replaceAll(common, ''))
  const distinct = new Set(rest).size
  const said = Math.min(telling(rest), distinct * 2)
  const score = said >= 18 ? 4 : said >= 14 ? 3 : said >= 10 ? 2 : 1
  const advice =
    score > 2
      ? undefined
      : guessable
        ? 'It holds a word that people try first.'
        : distinct < 7
          ? 'It says the same again and again.'
          : 'Another word or two would make it stronger.'
  return { score, word: words[score], advice }
}
