import { AppError } from '#kernel/errors.ts'
import { clientSettings, createHttpClient, type HttpClient } from '#sources/http-client.ts'
import type { SourceTools } from '#sources/source.ts'
import { deviceList, oauthToken } from '#sources/tailscale/answers.ts'
import type { TailscaleSettings } from '#sources/tailscale/settings.ts'

/** Asks the API of a tailnet. */
export interface TailscaleClient {
  /** Every device, as it came. */
  devices(signal: AbortSignal): Promise<unknown[]>
  close(): Promise<void>
}

export function createTailscaleClient(settings: TailscaleSettings, tools: SourceTools): TailscaleClient {
  const { token, clientSecret, tailnet } = settings
  const secrets = [token, clientSecret].filter((secret) => secret !== undefined)
  const http = createHttpClient({ ...clientSettings(settings), secrets }, tools)
  return {
    async devices(signal) {
      const headers = await authorization(http, settings, signal)
      const path = `/api/v2/tailnet/${encodeURIComponent(tailnet)}/devices`
      const answer = await http.json('GET', path, {
        query: { fields: 'all' },
        headers,
        expect: [404],
        signal,
      })
      if (answer.status === 404) {
        throw new AppError('SOURCE_ANSWER_INVALID', `There is no tailnet ${tailnet} for this login`, {
          hint: 'Leave tailnet out, or set it to the name in the admin console under Settings, General.',
        })
      }
      const list = deviceList.safeParse(answer.body)
      if (list.success) return list.data.devices
      throw new AppError('SOURCE_ANSWER_INVALID', 'Tailscale answered without a list of devices')
    },
    close: () => http.close(),
  }
}

async function authorization(
  http: HttpClient,
  { token, clientId, clientSecret, replay }: TailscaleSettings,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  if (token !== undefined) return { authorization: `Bearer ${token}` }
  if (replay !== undefined) return {}
  const body = new URLSearchParams({ client_id: clientId!, client_secret: clientSecret! })
  const answer = await http.json('POST', '/api/v2/oauth/token', { body, repeatable: true, signal })
  const parsed = oauthToken.safeParse(answer.body)
  if (parsed.success) return { authorization: `Bearer ${parsed.data.access_token}` }
  throw new AppError('SOURCE_ANSWER_INVALID', 'Tailscale answered the login without a token')
}
