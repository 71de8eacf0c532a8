import type { FastifyInstance, RouteOptions } from 'fastify'
import type { Needed } from '#surfaces/answer-operation.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the actor needs. Every route must say it; the server refuses to start otherwise. */
    permission?: Needed
    /** The operation behind the route; none for routes written by hand. */
    operation?: string
    /** Someone else guards the route: better-auth its own endpoints. */
    guardedElsewhere?: boolean
    /** Files of the page: nobody asks who wants them. */
    anonymous?: boolean
  }
}

/** One route of the server, as the access test walks it. */
export interface RouteFact {
  method: string
  /** With parameters: `/api/v1/devices/:id`. */
  url: string
  permission: Needed
  operation: string | undefined
}

const facts = new WeakMap<FastifyInstance, RouteFact[]>()

/** Every route there is, operations or not. Complete once the server is ready. */
export const everyRoute = (server: FastifyInstance): readonly RouteFact[] => facts.get(server) ?? []

/** Keeps the list of routes; a route that does not declare its permission stops the start. */
export function collectRoutes(server: FastifyInstance): void {
  const routes: RouteFact[] = []
  facts.set(server, routes)
  server.addHook('onRoute', (route: RouteOptions) => {
    const permission = route.config?.permission
    if (permission === undefined)
      throw new Error(`${String(route.method)} ${route.url} declares no permission`)
    for (const method of [route.method].flat()) {
      routes.push({ method, url: route.url, permission, operation: route.config?.operation })
    }
  })
}

/** The methods an address answers, for one that was asked with another. */
export function methodsOf(routes: readonly RouteFact[], url: string): string[] {
  const parts = pathOf(url).split('/')
  const fits = (route: RouteFact) => {
    const pattern = route.url.split('/')
    return (
      route.url !== '/*' &&
      pattern.length === parts.length &&
      pattern.every((part, at) => part.startsWith(':') || part === parts[at])
    )
  }
  return [...new Set(routes.filter(fits).map((route) => route.method))]
}

const pathOf = (url: string): string => url.split('?')[0]!
