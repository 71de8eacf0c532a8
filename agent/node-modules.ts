import type * as Http from 'node:http'
import type * as Https from 'node:https'
import { createRequire } from 'node:module'
import type * as Tls from 'node:tls'
import type * as Zlib from 'node:zlib'

const load = createRequire(import.meta.url)

// Parts of Node that take memory, loaded when first used. `import` of node:http would load all that it can ever export,
// WebSockets too: 15 MB, a quarter of what the agent may take.
export const nodeHttp = (): typeof Http => load('node:http') as typeof Http
export const nodeHttps = (): typeof Https => load('node:https') as typeof Https
export const nodeTls = (): typeof Tls => load('node:tls') as typeof Tls
export const nodeZlib = (): typeof Zlib => load('node:zlib') as typeof Zlib
