import { secretRules } from '#dialects/secret-rules.ts'

/** What stands in a secret's place. */
export const hiddenSecret = '<hidden>'

/** Lines without any of these hold no secret, and most lines are such. */
const worthALook =
  /pass|pwd|secret|key|token|communit|snmp|auth|md5|sha|cipher|psk|hash|ENC |\$\d|\$[a-z0-9]{1,8}\$|%\^%#|%@%@|-AQ==|:\/\/|PRIVATE|SECRET-DATA|name|standby|vrrp|nhrp|simple|pin=|cak=|value=|transceiver/i

/** A line beyond this many characters is no line of a person's: it is hidden whole, and searched in vain. */
const longest = 10_000

/** What the lines before tell of a line: the block it stands in, and whether a secret goes on. */
interface Where {
  /** The last line at the left edge: of Cisco's and Huawei's languages, and RouterOS's menus. */
  header: string
  /** The braces that are open. */
  braces: string[]
  /** A private key goes on until its end. */
  isInKey: boolean
  /** RouterOS broke the line within a secret, or right before it. */
  goesOn: 'no' | 'bare' | 'quoted'
}

/** Secrets of a configuration made unreadable, line by line, whatever language it is in: as many lines as before. */
export function hideSecretLines(lines: readonly string[]): string[] {
  const where: Where = { header: '', braces: [], isInKey: false, goesOn: 'no' }
  return lines.map((line) => hideLine(line, where))
}

/** The same of a whole text. */
export const hideSecrets = (text: string): string => hideSecretLines(text.split('\n')).join('\n')

function hideLine(line: string, where: Where): string {
  const hidden = where.isInKey
    ? endKey(line, where)
    : where.goesOn === 'no'
      ? hideIn(line, where)
      : hideRest(line, where)
  follow(line, where)
  return hidden
}

function hideIn(line: string, where: Where): string {
  if (!worthALook.test(line)) return line
  if (line.length > longest) return hiddenSecret
  const begin = /-----BEGIN [A-Z ]*PRIVATE KEY-----/.exec(line)
  if (begin && !/-----END [A-Z ]*PRIVATE KEY-----/.test(line)) {
    where.isInKey = true
    return `${line.slice(0, begin.index + begin[0].length)}${hiddenSecret}`
  }
  const isBelow = /^\s/.test(line) || where.header.startsWith('/')
  const context = { header: isBelow ? where.header : '', path: where.braces.join(' '), line }
  const hidden = secretRules.reduce((text, { pattern, within }) => {
    if (within !== undefined && !within(context)) return text
    return text.replace(pattern, (found: string, ...groups: unknown[]) => replace(found, groups))
  }, line)
  return breakOff(line, hidden, where)
}

/** Everything but the group called `value` stays. */
function replace(found: string, groups: readonly unknown[]): string {
  const named = groups.at(-1) as { before: string; value: string }
  if (named.value === '' || named.value.includes(hiddenSecret) || named.value === '\\') return found
  const quote = /^(["']).*\1$/s.exec(named.value)?.[1] ?? ''
  const rest = found.slice(named.before.length + named.value.length)
  return `${named.before}${quote}${hiddenSecret}${quote}${rest}`
}

const secretAtEnd =
  /(?<![\w.-])[\w.-]*(?:password|secret|passphrase|private-key|shared-key|auth-key|psk|key)[\w.-]*=("(?:[^"\\]|\\.)*|\S*)\\$/i

/** A line that ends in a backslash goes on below: so may its secret. */
function breakOff(line: string, hidden: string, where: Where): string {
  const value = line.endsWith('\\') ? secretAtEnd.exec(line)?.[1] : undefined
  if (value === undefined) return hidden
  where.goesOn = value.startsWith('"') ? 'quoted' : 'bare'
  return value === '' ? hidden : `${line.slice(0, line.length - value.length - 1)}${hiddenSecret}\\`
}

/** The part of a secret that RouterOS wrote on the next line. */
function hideRest(line: string, where: Where): string {
  const [, indent = '', rest = ''] = /^(\s*)(.*)$/s.exec(line) ?? []
  const isQuoted = where.goesOn === 'quoted' || rest.startsWith('"')
  const pattern = where.goesOn === 'quoted' ? /^(?:[^"\\]|\\.)*"?/ : isQuoted ? /^"(?:[^"\\]|\\.)*"?/ : /^\S*/
  const value = pattern.exec(rest)?.[0] ?? ''
  const after = rest.slice(value.length)
  const isOver = isQuoted ? value.endsWith('"') && value !== '"' : !value.endsWith('\\')
  if (where.goesOn === 'quoted' ? value.endsWith('"') : isOver) where.goesOn = 'no'
  else where.goesOn = isQuoted ? 'quoted' : 'bare'
  return `${indent}${hiddenSecret}${where.goesOn === 'no' ? hideIn(after, where) : '\\'}`
}

function endKey(line: string, where: Where): string {
  const end = /-----END [A-Z ]*PRIVATE KEY-----.*$/.exec(line)
  if (!end) return hiddenSecret
  where.isInKey = false
  return end[0]
}

function follow(line: string, where: Where): void {
  const bare = line.trim()
  if (/^[^\s#!}]/.test(line)) where.header = bare
  if (/\{\s*(##.*)?$/.test(bare)) where.braces.push(bare.replace(/\s*\{.*$/, ''))
  else if (bare.startsWith('}')) where.braces.pop()
  // FortiOS: tables in tables.
  if (bare.startsWith('config ')) where.header = bare
}
