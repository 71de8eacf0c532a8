import { AppError } from '#kernel/errors.ts'
import { clientSettings, createHttpClient } from '#sources/http-client.ts'
import type { RouterClient } from '#sources/mikrotik/router-client.ts'
import { parseRows } from '#sources/mikrotik/router-text.ts'
import type { MikrotikSettings } from '#sources/mikrotik/settings.ts'
import type { SourceTools } from '#sources/source.ts'

/** Answers for a menu that this release or package set does not have. */
const missing = [400, 404]
const noSuchMenu = /no such command|not found|bad command|unknown/i

/** Reads over REST (RouterOS 7.1 and later, service www-ssl). */
export function restClient(settings: MikrotikSettings, { clock }: Pick<SourceTools, 'clock'>): RouterClient {
  const { username = '', password = '' } = settings
  const basic = Buffer.from(`${username}:${password}`).toString('base64')
  const http = createHttpClient(
    {
      ...clientSettings(settings),
      baseUrl: `${settings.url.replace(/\/+$/, '').replace(/\/rest$/, '')}/rest`,
      headers: settings.replay === undefined ? { authorization: `Basic ${basic}` } : {},
      secrets: password === '' ? [] : [password],
    },
    { clock },
  )
  return {
    async print(menu, properties, signal) {
      const answer = await http.bytes('GET', `/${menu}`, {
        query: { '.proplist': properties.join(',') },
        expect: missing,
        signal,
      })
      const rows = parseRows(answer.body)
      if (missing.includes(answer.status)) {
        const [said] = rows ?? []
        if (answer.status === 404 || noSuchMenu.test(`${said?.['detail']} ${said?.['message']}`))
          return undefined
        throw new AppError('SOURCE_ANSWER_INVALID', `The router refused to print ${menu} (${answer.status})`)
      }
      if (rows === undefined)
        throw new AppError(
          'SOURCE_ANSWER_INVALID',
          `The router answered ${menu} with something that is no list`,
          {
            hint: 'Check that its address is that of REST, and that no proxy stands before it.',
          },
        )
      return rows
    },
    close: () => http.close(),
  }
}
