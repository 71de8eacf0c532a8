import { z } from 'zod'
import { hideSecrets } from '#dialects/hide-secrets.ts'
import { AppError } from '#kernel/errors.ts'
import { clientSettings, createHttpClient } from '#sources/http-client.ts'
import { decodeText, type DecodedText } from '#sources/oxidized/decode-text.ts'
import type { OxidizedSettings } from '#sources/oxidized/settings.ts'
import type { SourceTools } from '#sources/source.ts'

/**
 * Asks oxidized-web. Only what reads: `/reload` and `/node/next` answer to GET as well, and do things.
 */
export interface OxidizedClient {
  /** Every node, as it came. */
  nodes(signal: AbortSignal): Promise<unknown[]>
  /** The configuration of a node by its full name; undefined where Oxidized has none. */
  config(fullName: string, signal: AbortSignal): Promise<DecodedText | undefined>
  close(): Promise<void>
}

const lines = z.array(z.string())

/** oxidized-web answers these with 200 in place of a configuration. */
const noConfig = /^(node not found|version not found|no diffs|unable to find .*)$/i

/** A configuration has more than one short line; an answer that has not says why there is none. */
export const isConfig = (text: string): boolean => {
  const trimmed = text.trim()
  return trimmed !== '' && !noConfig.test(trimmed) && (trimmed.includes('\n') || trimmed.length > 200)
}

/** Dots at the end are lost there, and what follows the last one may be taken for a format; asked for as JSON it is not. */
const needsFormat = (fullName: string): boolean => /\.(json)?$/.test(fullName)

const pathOf = (fullName: string): string =>
  `/node/fetch/${fullName.split('/').map(encodeURIComponent).join('/')}`

const isPage = (text: string): boolean => /^\s*<(!doctype html|html)\b/i.test(text)

export function createOxidizedClient(settings: OxidizedSettings, tools: SourceTools): OxidizedClient {
  const { username, password, parallel } = settings
  const basic = Buffer.from(`${username}:${password}`).toString('base64')
  const http = createHttpClient(
    {
      ...clientSettings(settings),
      headers: username === undefined ? {} : { authorization: `Basic ${basic}` },
      secrets: password === undefined ? [] : [password],
      hideText: hideSecrets,
      connections: parallel,
    },
    tools,
  )

  async function asLines(fullName: string, signal: AbortSignal): Promise<DecodedText> {
    const answer = await http.json('GET', `${pathOf(fullName)}.json`, { signal })
    const parsed = lines.safeParse(answer.body)
    if (parsed.success) return { text: parsed.data.join('') }
    throw new AppError(
      'SOURCE_ANSWER_INVALID',
      `Oxidized answered the configuration of ${fullName} in no lines`,
    )
  }

  async function asText(fullName: string, signal: AbortSignal): Promise<DecodedText> {
    const { body } = await http.bytes('GET', pathOf(fullName), { signal })
    const decoded = decodeText(body)
    if (!isPage(decoded.text)) return decoded
    throw new AppError(
      'SOURCE_ANSWER_INVALID',
      `A web page came in place of the configuration of ${fullName}`,
      {
        hint: 'Check that no sign-in page stands before Oxidized.',
      },
    )
  }

  return {
    async nodes(signal) {
      const { body } = await http.json('GET', '/nodes.json', { signal })
      if (Array.isArray(body)) return body
      throw new AppError('SOURCE_ANSWER_INVALID', 'Oxidized answered without a list of nodes', {
        hint: 'Check that the address is that of oxidized-web, with the prefix that a proxy gives it.',
      })
    },
    async config(fullName, signal) {
      const decoded = await (needsFormat(fullName) ? asLines : asText)(fullName, signal)
      return isConfig(decoded.text) ? decoded : undefined
    },
    close: () => http.close(),
  }
}
