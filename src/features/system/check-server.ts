import { X509Certificate, createPrivateKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { Config } from '#config.ts'
import { liveNodes } from '#features/jobs/node-queries.ts'
import { type Check, ok, problem, warning } from '#features/system/check.ts'
import type { Patient } from '#features/system/diagnose.ts'
import { timeText } from '#features/system/size-text.ts'
import { shift, toMilliseconds, toTimestamp, type Timestamp } from '#kernel/clock.ts'

const month = 30 * 86_400_000

/** Whether a server runs or could, how people reach it, and whether its certificate holds. */
export async function checkServer(
  { config, clock, context }: Patient,
  signal: AbortSignal,
): Promise<Check[]> {
  return [
    await checkPort(config, context, signal),
    ...checkReach(config),
    ...(await checkCertificate(config, clock.now())),
  ]
}

async function checkPort(
  { server }: Pick<Config, 'server'>,
  context: Patient['context'],
  signal: AbortSignal,
): Promise<Check> {
  const nodes = context ? await liveNodes(context) : []
  const servers = nodes.filter((node) => node.roles.includes('api'))
  if (servers.some((node) => node.pid === process.pid)) return ok('server', 'This process answers')
  const names = servers.map((node) => `${node.hostname} (process ${node.pid})`)
  if (names.length > 0) return ok('server', `A server runs on ${names.join(', ')}`)
  const place = `Port ${server.port} of ${server.host}`
  const code = await listenError(server, signal)
  if (code === undefined) return ok('server', `No server runs; port ${server.port} of ${server.host} is free`)
  if (code === 'EADDRINUSE')
    return warning(
      'server',
      `${place} is taken by ${context ? 'another program' : 'another program, or by a server that lost its database'}`,
      'End that program, or take another port: server.port.',
    )
  return problem(
    'server',
    `${place} cannot be listened on (${code})`,
    'server.host must be an address of this machine, and a port below 1024 needs a right of its own.',
  )
}

/** Why the server could not listen; undefined when it could. */
function listenError({ host, port }: Config['server'], signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer()
    const end = (code: string | undefined) => {
      probe.close(() => resolve(code))
    }
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    probe.listen({ host, port, exclusive: true, signal }, () => end(undefined))
  })
}

const isLoopback = (host: string): boolean => /^(127\.|localhost$|::1$)/.test(host)

function checkReach({ server }: Pick<Config, 'server'>): Check[] {
  const { host, publicUrl, tls, trustedProxies } = server
  const isSecure = publicUrl?.startsWith('https:') ?? false
  if (tls.cert === undefined && !isLoopback(host) && !isSecure)
    return [
      warning(
        'address',
        `Rollcall listens on ${host} without TLS: passwords cross the network in the clear`,
        'Give it a certificate or a proxy, and set server.publicUrl (docs/operations/tls.md).',
      ),
    ]
  if (tls.cert === undefined && isSecure && trustedProxies.length === 0)
    return [
      warning(
        'address',
        `People come through a proxy (${publicUrl}) that is not trusted, so all count as one in the sign-in limit`,
        'Name the proxy in server.trustedProxies.',
      ),
    ]
  return [ok('address', publicUrl ?? `${tls.cert === undefined ? 'http' : 'https'}://${host}:${server.port}`)]
}

async function checkCertificate({ server }: Pick<Config, 'server'>, now: Timestamp): Promise<Check[]> {
  const { cert, key } = server.tls
  if (cert === undefined || key === undefined) return []
  const renew = 'Renew it and restart Rollcall (docs/operations/tls.md).'
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(await readFile(cert))
    if (!certificate.checkPrivateKey(createPrivateKey(await readFile(key))))
      return [
        problem('certificate', `${key} is not the key of ${cert}`, 'Take the pair that belongs together.'),
      ]
  } catch (error) {
    return [problem('certificate', `The certificate cannot be read: ${(error as Error).message}`, renew)]
  }
  const until = toTimestamp(certificate.validToDate.getTime())
  const left = toMilliseconds(until) - toMilliseconds(now)
  if (left <= 0) return [problem('certificate', `The certificate ended on ${until.slice(0, 10)}`, renew)]
  if (until < shift(now, month))
    return [warning('certificate', `The certificate ends in ${timeText(left)}`, renew)]
  return [ok('certificate', `Holds until ${until.slice(0, 10)}`)]
}
