declare module 'autocannon' {
  import type { EventEmitter } from 'node:events'

  interface Options {
    url: string
    connections: number
    amount?: number
    /** Requests a second of all connections together. */
    overallRate?: number
    /** Seconds. */
    duration?: number
    requests?: {
      method: string
      headers: Record<string, string>
      setupRequest(request: object): object
    }[]
    headers?: Record<string, string>
  }

  /** Emits `response` with the client, the status, the bytes and the milliseconds of each answer. */
  interface Instance extends EventEmitter, PromiseLike<{ non2xx: number; errors: number }> {}

  export default function autocannon(options: Options): Instance
}
