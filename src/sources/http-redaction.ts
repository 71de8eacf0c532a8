import { redacted } from '#kernel/schema-fields.ts'

/** Parts of field names whose values are secrets, in any spelling: `api_key`, `CSRFPreventionToken`, `sshkeys`. */
const secretWords = [
  'password', 'passwd', 'passphrase', 'secret', 'token', 'ticket', 'cookie', 'authorization', 'apikey', 'privatekey',
  'csrf', 'sshkeys', 'credential', 'sessionid', 'machinekey', 'nodekey', 'community',
] // prettier-ignore
const secretNames = new Set(['pass', 'pwd', 'auth', 'key', 'vars'])

/** True for names of fields, headers and query parameters that carry secrets. */
export function isSecretName(name: string): boolean {
  const squeezed = name.replaceAll(/[^a-z0-9]/gi, '').toLowerCase()
  return secretNames.has(squeezed) || secretWords.some((word) => squeezed.includes(word))
}

const words = secretWords.join('|')
const patterns: [pattern: RegExp, replacement: string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, redacted],
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, redacted],
  [/\b(Bearer|Basic|PVEAPIToken=\S*?)([ =])[\w.+/=-]{8,}/g, `$1$2${redacted}`],
  [new RegExp(`("[\\w.-]*(?:${words})[\\w.-]*"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"?`, 'gi'), `$1"${redacted}"`],
  [new RegExp(`(<(?:\\w+:)?(\\w*(?:${words})\\w*)\\b[^>]*>)[^<]*`, 'gi'), `$1${redacted}`],
  [new RegExp(`((?:^|[?&;\\s])[\\w.-]*(?:${words})[\\w.-]*=)[^&;\\s"'<>]+`, 'gi'), `$1${redacted}`],
]

/** Hides secrets: those it was told of wherever they stand, and others by the name of their field. */
export interface Redactor {
  text(text: string): string
  json(value: unknown): unknown
  headers(headers: Readonly<Record<string, string>>): Record<string, string>
}

/** The secret itself and the spellings in which it may come back. Very short ones would hide half of any text. */
function spellings(secret: string): string[] {
  const parts = [secret, ...secret.split(/[\s=]+/).slice(1)]
  const basic = /^Basic (\S+)$/i.exec(secret)?.[1]
  if (basic)
    parts.push(
      Buffer.from(basic, 'base64')
        .toString('utf8')
        .replace(/^[^:]*:/, ''),
    )
  return parts.flatMap((part) => [part, encodeURIComponent(part)]).filter((part) => part.length >= 6)
}

/** A redactor that knows the secrets a client was given (header values, passwords); the set may grow later. */
export function createRedactor(
  secrets: ReadonlySet<string>,
  hideText: (text: string) => string = (text) => text,
): Redactor {
  let known: string[] = []
  let counted = 0
  const knownNow = (): string[] => {
    if (counted !== secrets.size) {
      known = [...new Set([...secrets].flatMap(spellings))].sort((left, right) => right.length - left.length)
      counted = secrets.size
    }
    return known
  }
  const text = (given: string): string => {
    const withoutKnown = knownNow().reduce((rest, secret) => rest.replaceAll(secret, redacted), given)
    return patterns.reduce(
      (rest, [pattern, replacement]) => rest.replace(pattern, replacement),
      hideText(withoutKnown),
    )
  }
  const json = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value)
    if (Array.isArray(value))
      return isTextInLines(value) ? text(value.join('')).split(/(?<=\n)/) : value.map(json)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, hides(key, item) ? redacted : json(item)]),
    )
  }
  const headers = (given: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(given).map(([name, value]) => [
        name,
        name === 'set-cookie' ? cookie(value) : isSecretName(name) ? redacted : text(value),
      ]),
    )
  return { text, json, headers }
}

/** A text that came line by line: what is secret in it may stand on several lines. */
const isTextInLines = (list: readonly unknown[]): list is string[] =>
  list.length > 1 && list.every((item) => typeof item === 'string') && list[0]!.endsWith('\n')

/** The values in a header list, a form or a JSON body that stand under the name of a secret. */
export function secretValues(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return []
  const entries: [string, unknown][] = value instanceof URLSearchParams ? [...value] : Object.entries(value)
  return entries.flatMap(([name, item]) =>
    typeof item === 'string' ? (isSecretName(name) ? [item] : []) : secretValues(item),
  )
}

const textsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : value === null || typeof value !== 'object'
      ? []
      : Object.values(value).flatMap(textsIn)

/** What an answer gives to be told again: its cookies, which may stand in its body too, and a session in its body. */
export function answerSecrets(
  { headers, body }: { headers: Readonly<Record<string, string>>; body: Buffer },
  isSecret = false,
): string[] {
  const cookies = [...(headers['set-cookie'] ?? '').matchAll(/(?:^|, )[^;=,\s]+="?([^;"]*)/g)].map(
    ([, value]) => value!,
  )
  if (!isSecret) return cookies
  try {
    return [...cookies, ...textsIn(JSON.parse(body.toString('utf8')))]
  } catch {
    return cookies
  }
}

/** Flags and numbers under a secret's name (`password_set: true`) tell nothing. */
const hides = (key: string, value: unknown): boolean =>
  isSecretName(key) &&
  ((typeof value === 'string' && value !== '') || (typeof value === 'object' && value !== null))

/** A cookie keeps its name, so that a replayed sign-in still looks like one. */
const cookie = (value: string): string =>
  value.replaceAll(/(^|, (?=[^;=\s]+=))([^;=\s]+)=[^;,]*/g, `$1$2=${redacted}`)
