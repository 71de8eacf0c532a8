import type { Collector, Tools } from '#agent/collector.ts'
import { nodeHttp } from '#agent/node-modules.ts'
import type { Container } from '#agent/reading.ts'

/** Where Docker and Podman listen. */
export const containerSockets = [
  '/run/docker.sock',
  '/var/run/docker.sock',
  '/run/podman/podman.sock',
] as const

const most = 256
const largestAnswer = 16_777_216

/** Containers, running or not, as Docker or Podman list them. Only reads. */
export function containersCollector({ files }: Tools): Collector {
  return {
    name: 'containers',
    timeout: 10_000,
    async collect(signal) {
      for (const socket of containerSockets) {
        if (!(await files.exists(socket))) continue
        const answer = await getOverSocket(files.real(socket), '/containers/json?all=1', signal)
        return { containers: parseContainers(answer).slice(0, most) }
      }
      return {}
    },
  }
}

interface ListedContainer {
  Names?: string[]
  Image?: string
  State?: string
}

export function parseContainers(text: string): Container[] {
  const list = JSON.parse(text) as ListedContainer[]
  if (!Array.isArray(list)) throw new Error('the list of containers is none')
  return list.map(({ Names, Image, State }) => ({
    name: (Names?.[0] ?? 'unnamed').replace(/^\//, ''),
    image: Image,
    state: State ?? 'unknown',
  }))
}

function getOverSocket(socketPath: string, path: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = nodeHttp().request(
      { socketPath, path, signal, headers: { host: 'localhost' } },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (piece: string) => {
          text += piece
          if (text.length > largestAnswer) response.destroy(new Error('the list of containers is too long'))
        })
        response.on('error', reject)
        response.on('end', () => {
          if (response.statusCode === 200) resolve(text)
          else reject(new Error(`the list of containers was answered with ${response.statusCode}`))
        })
      },
    )
    asked.on('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EACCES' ? new Error(`this user may not ask ${socketPath}`) : error),
    )
    asked.end()
  })
}
