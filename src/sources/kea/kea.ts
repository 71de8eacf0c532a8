import { z } from 'zod'
import { AppError } from '#kernel/errors.ts'
import { clientSettings } from '#sources/http-client.ts'
import { httpSettings } from '#sources/http-settings.ts'
import { readLeasesByApi, testApi, type KeaApiSettings } from '#sources/kea/kea-api.ts'
import { readLeaseFiles } from '#sources/kea/lease-files.ts'
import { leaseFileTest, pagesOfLeases, testBytes } from '#sources/lease-source.ts'
import { sourceType, type Source, type SourceTools } from '#sources/source.ts'

const http = httpSettings.shape

const settings = z.strictObject({
  path: z
    .string()
    .min(1)
    .optional()
    .meta({ path: true })
    .describe(
      'The memfile lease file, such as /var/lib/kea/kea-leases4.csv; its companions are read with it.',
    ),
  url: http.url
    .optional()
    .describe(
      'The Control Agent, or a server with an HTTP control socket, such as http://127.0.0.1:8000. Instead of path.',
    ),
  username: z.string().min(1).optional().describe('For a control channel with basic authentication.'),
  password: z.string().min(1).optional().meta({ secret: true }).describe('The password of that user.'),
  services: z
    .array(z.enum(['dhcp4', 'dhcp6']))
    .min(1)
    .optional()
    .describe(
      'The servers to ask over the API; each must answer then. Without it, whichever of the two answer.',
    ),
  pageSize: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(1000)
    .describe('Leases asked for at a time over the API.'),
  tls: http.tls.describe('How the server proves itself, where it is not by a public certificate.'),
  timeoutSeconds: http.timeoutSeconds.describe('The longest wait for one answer of the API.'),
  record: http.record.describe('A folder to write each answer of the API to, redacted.'),
  replay: http.replay.describe('A folder of recorded answers to read instead of the network.'),
})

/** ISC Kea, from its memfile lease files or over its API. */
export const keaSource = sourceType({
  type: 'kea',
  system: 'dhcp',
  title: 'ISC Kea',
  summary: 'Machines that Kea leased an address or prefix to, from its lease files or over its API.',
  settings,
  provesAbsence: false,
  open(given, tools) {
    const { path, url } = given
    if (path !== undefined && url === undefined) return fileSource(path, tools)
    if (url !== undefined && path === undefined) return apiSource(toApiSettings({ ...given, url }), tools)
    throw new AppError('CONFIG_INVALID', `Source ${tools.name} needs either path or url`, {
      complaints: [
        { path: 'path', value: path, expected: 'either the lease file in path, or the API in url' },
      ],
    })
  },
})

function fileSource(path: string, tools: SourceTools): Source {
  return {
    test: async (signal) => leaseFileTest(path, await readLeaseFiles(path, tools, testBytes, signal)),
    async *read(signal) {
      const reading = await readLeaseFiles(path, tools, Number.POSITIVE_INFINITY, signal)
      return yield* pagesOfLeases(tools, reading, signal)
    },
  }
}

function apiSource(settings: KeaApiSettings, tools: SourceTools): Source {
  return {
    test: (signal) => testApi(settings, tools, signal),
    async *read(signal) {
      signal.throwIfAborted()
      return yield* pagesOfLeases(tools, await readLeasesByApi(settings, tools, signal), signal)
    },
  }
}

function toApiSettings(given: z.output<typeof settings> & { url: string }): KeaApiSettings {
  const { username, password = '', services, pageSize } = given
  const login = Buffer.from(`${username}:${password}`).toString('base64')
  return {
    client: {
      ...clientSettings(given),
      ...(username === undefined ? {} : { headers: { authorization: `Basic ${login}` } }),
      secrets: password === '' ? [] : [password],
    },
    services,
    pageSize,
  }
}
