const firstName = /[\p{L}_][\p{L}\p{N}_-]*/uy
const laterName = /[\p{L}\p{N}_-]+/uy
const quotedName = /"((?:[^"\\]|\\.)+)"/suy

/** Reads `name.name."quoted name"` at a place in a text; undefined when no name starts there. */
export function readFieldPath(text: string, start: number): { names: string[]; end: number } | undefined {
  const first = match(firstName, text, start)
  if (!first) return undefined
  const names = [first[0]]
  let end = start + first[0].length
  while (text[end] === '.') {
    const quoted = match(quotedName, text, end + 1)
    const name = quoted ?? match(laterName, text, end + 1)
    if (!name) break
    names.push(quoted ? quoted[1]!.replaceAll(/\\(.)/gsu, '$1') : name[0])
    end += 1 + name[0].length
  }
  return { names, end }
}

function match(expression: RegExp, text: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at
  return expression.exec(text)
}

/** The text of a path that reads back as the same names. */
export const writeFieldPath = (names: readonly string[]): string =>
  names
    .map((name, index) =>
      index === 0 || matchesWhole(name) ? name : `"${name.replaceAll(/["\\]/g, '\\$&')}"`,
    )
    .join('.')

const matchesWhole = (name: string): boolean => match(laterName, name, 0)?.[0] === name
