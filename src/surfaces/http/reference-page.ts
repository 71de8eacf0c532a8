import type { FastifyInstance } from 'fastify'
import type { AnyOperation } from '#features/operation.ts'
import { type DescribedRoute, openApiDocument } from '#surfaces/http/openapi.ts'

/** `/api/openapi.json` and `/api/docs`. Written by hand because they tell of operations and are none. */
export function addReference(
  server: FastifyInstance,
  operations: readonly AnyOperation[],
  version: string,
  described: readonly DescribedRoute[] = [],
): void {
  let document: string | undefined
  const config = { permission: 'session' } as const
  server.get('/api/openapi.json', { config }, async (_request, reply) => {
    document ??= JSON.stringify(openApiDocument(operations, version, described))
    return reply
      .header('cache-control', 'private, no-cache')
      .type('application/json; charset=utf-8')
      .send(document)
  })
  server.get('/api/docs', { config }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(page),
  )
  server.get('/api/docs/reference.js', { config }, async (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(script),
  )
}

const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Rollcall API</title>
<meta name="viewport" content="width=device-width">
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
details { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: .4rem 0 }
summary { cursor: pointer } code, pre { font: 13px/1.5 ui-monospace, monospace }
pre { overflow: auto; padding: .6rem; background: color-mix(in srgb, currentColor 6%, transparent) }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .2rem .8rem .2rem 0; vertical-align: top }
input { font: inherit; width: 100%; padding: .4rem; box-sizing: border-box } .quiet { opacity: .65 }
</style></head><body>
<h1>Rollcall API</h1>
<p>Built from the operations themselves; for machines: <a href="/api/openapi.json">openapi.json</a>.</p>
<label>Find an operation <input id="find" type="search" autofocus></label>
<main id="operations"><p>Loading…</p></main>
<script src="/api/docs/reference.js" type="module"></script>
</body></html>`

const script = `
const main = document.getElementById('operations')
const element = (tag, text, ...children) => {
  const made = document.createElement(tag)
  if (text) made.textContent = text
  made.append(...children)
  return made
}
const typeOf = (schema) => schema.$ref?.split('/').pop() ?? schema.enum?.join(' | ')
  ?? (schema.anyOf ?? schema.oneOf)?.map(typeOf).join(' or ')
  ?? (schema.type === 'array' ? 'list of ' + typeOf(schema.items ?? {}) : [schema.type ?? 'any'].flat().join(' or '))
const row = (name, where, schema, required, description) => element('tr', '',
  element('td', '', element('code', name)), element('td', where),
  element('td', typeOf(schema) + (required ? ', required' : '')), element('td', description ?? schema.description ?? ''))
const show = (path, method, operation) => {
  const title = element('summary', '', element('code', method.toUpperCase() + ' ' + path + '  '), operation.summary)
  const box = element('details', '', title)
  box.dataset.text = (path + ' ' + operation.operationId + ' ' + operation.summary).toLowerCase()
  box.addEventListener('toggle', () => {
    if (box.childElementCount > 1) return
    box.append(element('p', operation.operationId + ' · ' + operation['x-effect'] + ' · needs ' + operation['x-permission']))
    const table = element('table')
    for (const one of operation.parameters) table.append(row(one.name, one.in, one.schema, one.required, one.description))
    const body = operation.requestBody?.content['application/json'].schema
    for (const [name, schema] of Object.entries(body?.properties ?? {})) {
      table.append(row(name, 'body', schema, body.required?.includes(name)))
    }
    if (table.childElementCount > 0) box.append(table)
    const [status, answer] = Object.entries(operation.responses)[0]
    const schema = answer.content?.['application/json']?.schema
    box.append(element('p', 'Answers ' + status), element('pre', JSON.stringify(schema, null, 2)))
  }, { passive: true })
  return box
}
try {
  const answer = await window.fetch('/api/openapi.json')
  const { paths, tags } = await answer.json()
  main.replaceChildren(...tags.map((tag) => {
    const section = element('section', '', element('h2', tag.name))
    for (const [path, methods] of Object.entries(paths)) for (const [method, operation] of Object.entries(methods)) {
      if (operation.tags[0] === tag.name) section.append(show(path, method, operation))
    }
    return section
  }))
} catch {
  main.replaceChildren(element('p', 'The document could not be read. Are you still signed in?'))
}
document.getElementById('find').addEventListener('input', (event) => {
  const wanted = event.target.value.toLowerCase()
  for (const box of main.querySelectorAll('details')) box.hidden = !box.dataset.text.includes(wanted)
  for (const section of main.querySelectorAll('section')) section.hidden = !section.querySelector('details:not([hidden])')
})
`
