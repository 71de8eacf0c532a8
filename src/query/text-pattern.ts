import type { Piece } from '#query/query-ast.ts'

/** A to Z only, as lower() does on both engines. */
export const asciiLower = (text: string): string =>
  text.replaceAll(/[A-Z]+/g, (capitals) => capitals.toLowerCase())

/** The same pattern with its literals changed. */
export const mapLiterals = (pieces: readonly Piece[], change: (text: string) => string): Piece[] =>
  pieces.map((piece) => ('literal' in piece ? { literal: change(piece.literal) } : piece))

/** For LIKE with `\` as its escape. */
export const likePattern = (pieces: readonly Piece[]): string =>
  pieces
    .map((piece) => {
      if ('literal' in piece) return piece.literal.replaceAll(/[\\%_]/g, '\\$&')
      return piece.wild === '*' ? '%' : '_'
    })
    .join('')

/** The text before a single star at the end; undefined for any other pattern. */
export function prefixOf(pieces: readonly Piece[]): string | undefined {
  const [first, second] = pieces
  if (pieces.length !== 2 || !('literal' in first!) || !('wild' in second!)) return undefined
  return second.wild === '*' ? first.literal : undefined
}

/** The least text, by code points, after all that begin with this; undefined where there is none. */
export function afterPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0)!)
  while (points.at(-1) === 0x10ffff) points.pop()
  const last = points.pop()
  if (last === undefined) return undefined
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1)
}

/** The pattern as a regular expression for a whole text, in any case of letters. */
export function patternExpression(pieces: readonly Piece[]): RegExp {
  const source = pieces.map((piece) => {
    if ('literal' in piece) return RegExp.escape(piece.literal)
    return piece.wild === '*' ? '.*' : '.'
  })
  return new RegExp(`^${source.join('')}$`, 'isu')
}
