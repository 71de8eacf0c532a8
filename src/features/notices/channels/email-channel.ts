import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { createTransport } from 'nodemailer'
import { z } from 'zod'
import { channelKind } from '#features/notices/channel-kind.ts'
import { cut, inHtml, type Message } from '#features/notices/message.ts'
import { AppError } from '#kernel/errors.ts'
import { createRedactor } from '#sources/http-redaction.ts'

const address = z.email().max(254)

const settings = z.strictObject({
  host: z.string().min(1).max(255).describe('The mail server.'),
  port: z.number().int().min(1).max(65_535).default(587).describe('Its port.'),
  security: z
    .enum(['starttls', 'tls', 'none'])
    .default('starttls')
    .describe(
      'starttls (usual on 587), tls from the beginning (usual on 465), or none, in a network of one’s own.',
    ),
  username: z.string().min(1).optional().describe('A user of the mail server, where it asks for one.'),
  password: z.string().min(1).optional().meta({ secret: true }).describe('The password of that user.'),
  from: address.describe('Whom the mail is from.'),
  to: z.array(address).min(1).max(100).describe('Whom it goes to.'),
  ca: z
    .string()
    .min(1)
    .optional()
    .meta({ path: true })
    .describe('A certificate authority to trust instead of the system’s: a PEM file, or PEM text.'),
  timeoutSeconds: z.number().positive().max(120).default(20).describe('Seconds to wait for an answer.'),
})
type Settings = z.output<typeof settings>

export const emailChannel = channelKind({
  kind: 'email',
  title: 'E-mail',
  summary: 'Mail to one or several people, through a mail server (SMTP).',
  groups: true,
  settings,
  async send(given, message, _tools, signal) {
    signal.throwIfAborted()
    const options = await transportOf(given)
    let line: Socket | undefined
    const transport = createTransport({
      ...options,
      getSocket: (_options, done) => {
        line = connectTo(given, done)
      },
    })
    const stop = () => line?.destroy()
    signal.addEventListener('abort', stop, { once: true })
    try {
      const sent = (await transport.sendMail(mailOf(given, message))) as {
        accepted: unknown[]
        rejected: unknown[]
        response: string
      }
      signal.throwIfAborted()
      const refused = sent.rejected.length === 0 ? '' : `; not to ${sent.rejected.map(String).join(', ')}`
      return cut(`to ${sent.accepted.length} of ${given.to.length}${refused}: ${sent.response}`, 300)
    } catch (error) {
      signal.throwIfAborted()
      throw mailError(given, error)
    } finally {
      signal.removeEventListener('abort', stop)
      transport.close()
      line?.destroy()
    }
  },
})

/** A line of our own, so that it can be cut when nobody waits any more. */
function connectTo(
  { host, port, timeoutSeconds }: Settings,
  done: (error: Error | null, options: object) => void,
): Socket {
  const line = connect({ host, port })
  const failed = (error: Error) => done(error, {})
  line.setTimeout(timeoutSeconds * 1000, () => line.destroy(new Error('it does not answer')))
  line.once('error', failed)
  line.once('connect', () => {
    line.setTimeout(0)
    line.off('error', failed)
    done(null, { connection: line })
  })
  return line
}

async function transportOf({ host, port, security, username, password, ca, timeoutSeconds }: Settings) {
  const trusted = ca === undefined || ca.includes('-----BEGIN') ? ca : await readAuthority(ca)
  const milliseconds = timeoutSeconds * 1000
  return {
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(username === undefined ? {} : { auth: { user: username, pass: password ?? '' } }),
    tls: { minVersion: 'TLSv1.2' as const, ...(trusted === undefined ? {} : { ca: trusted }) },
    connectionTimeout: milliseconds,
    greetingTimeout: milliseconds,
    socketTimeout: milliseconds,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

const readAuthority = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError('CHANNEL_REFUSED', `The certificate authority ${file} cannot be read`, { cause })
  })

/** Mail of one alert makes one thread; the same message keeps its id, by which a mail server knows it again. */
function mailOf({ from, to }: Settings, message: Message) {
  const domain = from.slice(from.indexOf('@') + 1)
  const alerts = new Set(message.notices.map(({ alertId }) => alertId))
  const [alert] = alerts
  const thread = alerts.size === 1 && alert !== undefined ? `<rollcall-alert-${alert}@${domain}>` : undefined
  const lines = [...message.parts, ...(message.link === undefined ? [] : [message.link])]
  return {
    from: { name: 'Rollcall', address: from },
    to: [...to],
    subject: cut(message.title.replaceAll(/[\r\n]+/g, ' '), 200),
    text: [message.title, ...lines].join('\n\n'),
    html: htmlOf(message),
    messageId: `<${message.id}@${domain}>`,
    ...(thread === undefined ? {} : { inReplyTo: thread, references: [thread] }),
    ...(message.severity === 'critical' ? { priority: 'high' as const } : {}),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Rollcall-Kind': message.kind },
  }
}

const colours = { critical: '#b91c1c', warning: '#b45309', info: '#1d4ed8', resolved: '#15803d' }

function htmlOf({ kind, severity, title, parts, link }: Message): string {
  const colour = colours[kind === 'resolved' ? 'resolved' : severity]
  const paragraphs = parts.map(
    (part) => `<p style="margin:8px 0">${inHtml(part).replaceAll('\n', '<br>')}</p>`,
  )
  const button = link === undefined ? '' : `<p><a href="${inHtml(link)}">Show it in Rollcall</a></p>`
  return `<div style="font:14px/1.5 sans-serif;border-left:4px solid ${colour};padding:4px 12px"><h2 style="font-size:16px;margin:0">${inHtml(title)}</h2>${paragraphs.join('')}${button}</div>`
}

/** Answers from 500 on are final, as is a wrong password; everything else may go well later. */
function mailError({ host, port, password, username }: Settings, error: unknown): AppError {
  if (error instanceof AppError) return error
  const {
    code = '',
    responseCode,
    response,
    message,
  } = error as {
    code?: string
    responseCode?: number
    response?: string
    message: string
  }
  const secrets = [password ?? '', Buffer.from(`\0${username ?? ''}\0${password ?? ''}`).toString('base64')]
  const redactor = createRedactor(new Set(secrets.filter((secret) => secret.length >= 4)))
  const says = cut(redactor.text((response ?? message).replaceAll(/\s+/g, ' ')), 200)
  if (code === 'EAUTH' && (responseCode === undefined || responseCode >= 500))
    return new AppError(
      'CHANNEL_REFUSED',
      `The mail server ${host} does not take the user or the password: ${says}`,
      {
        hint: 'Check username and password of the channel.',
      },
    )
  if (code === 'ETLS')
    return new AppError('CHANNEL_REFUSED', `The mail server ${host} does not encrypt as it should: ${says}`, {
      hint: 'Set security to what it speaks, and ca to the authority of its certificate.',
    })
  if (responseCode !== undefined && responseCode >= 500)
    return new AppError('CHANNEL_REFUSED', `The mail server ${host} refuses it: ${says}`, {
      hint: 'Check the addresses of the channel, and whether it may send from there.',
    })
  return new AppError('SOURCE_UNREACHABLE', `The mail server ${host}:${port} does not take it now: ${says}`)
}
