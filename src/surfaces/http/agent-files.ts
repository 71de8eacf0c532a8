import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '#kernel/errors.ts'

/** Where the files lie that a machine needs to become a server with an agent. */
export interface AgentFiles {
  /** The script, with `@HUB@` where the address of this server goes. */
  script: string
  /** By the names under which they are handed out: `rollcall-agent.mjs`, `node-linux-x64`. */
  files: ReadonlyMap<string, string>
}

const config = { permission: 'open' as const, anonymous: true }

/**
 * `/agent/install.sh`, the agent and a Node for it, each with its checksum, so that a machine without a way to the
 * internet gets all it needs from here. Written by hand because they are files.
 */
export function addAgentFiles(
  server: FastifyInstance,
  { script, files }: AgentFiles,
  publicUrl?: string,
): void {
  const checksum = rememberedChecksums()

  server.get('/agent/install.sh', { config }, async (request, reply) => {
    const text = await readFile(script, 'utf8')
    const hub = publicUrl?.replace(/\/$/, '') ?? askedAt(request)
    return fresh(reply).type('text/x-shellscript; charset=utf-8').send(text.replace('@HUB@', hub))
  })

  server.get('/agent/:name', { config }, async (request, reply) => {
    const { name } = request.params as { name: string }
    const plain = name.replace(/\.sha256$/, '')
    const file = files.get(plain)
    const found = file === undefined ? undefined : await stat(file).catch(() => undefined)
    if (file === undefined || found === undefined) throw missing(name, [...files.keys()])
    if (plain !== name)
      return fresh(reply)
        .type('text/plain')
        .send(`${await checksum(file, found)}  ${plain}\n`)
    return fresh(reply)
      .type(name.endsWith('.mjs') ? 'text/javascript; charset=utf-8' : 'application/octet-stream')
      .header('content-length', found.size)
      .send(createReadStream(file))
  })
}

const fresh = (reply: FastifyReply): FastifyReply => reply.header('cache-control', 'no-cache')

/** The address that was asked, for a script that is run by root: a host that is none is left out, not passed on. */
function askedAt({ protocol, host }: FastifyRequest): string {
  return /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?$/.test(host) ? `${protocol}://${host}` : ''
}

const missing = (name: string, known: readonly string[]) =>
  new AppError('NOT_FOUND', `There is no ${name.slice(0, 100)} to hand out`, {
    hint: `There are install.sh and ${known.join(', ')}; \`npm run build\` makes the agent.`,
  })

/** Worked out once for each version of a file: Node is large. */
function rememberedChecksums() {
  const known = new Map<string, { mark: string; sum: Promise<string> }>()
  return (file: string, { mtimeMs, size }: { mtimeMs: number; size: number }): Promise<string> => {
    const mark = `${mtimeMs} ${size}`
    const before = known.get(file)
    if (before?.mark === mark) return before.sum
    const sum = checksumOf(file)
    known.set(file, { mark, sum })
    sum.catch(() => known.delete(file))
    return sum
  }
}

async function checksumOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer)
  return hash.digest('hex')
}
