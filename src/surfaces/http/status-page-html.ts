import { toMailTime } from '#kernel/clock.ts'

type State = 'operational' | 'degraded' | 'outage' | 'maintenance' | 'unknown'

/** What the operation answers. */
export interface ShownStatus {
  title: string
  state: State
  at: string
  groups: {
    name: string
    state: State
    uptime: { percent: number | null; days: { day: string; percent: number | null }[] } | null
  }[]
  incidents: { group: string; since: string; updates: { at: string; text: string }[] }[]
  maintenance: { group: string; from: string; to: string }[]
}

/** In one word, as a shape that needs no colour, and for all of it. */
const words: Readonly<Record<State, readonly [word: string, mark: string, all: string]>> = {
  operational: ['Operational', '✓', 'All systems are operational'],
  degraded: ['Degraded', '▲', 'Some systems are degraded'],
  outage: ['Outage', '✕', 'There is an outage'],
  maintenance: ['Maintenance', '◆', 'Maintenance is under way'],
  unknown: ['Unknown', '?', 'The state is not known'],
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
// Control characters are not allowed in XML, and nothing to see in HTML.
// oxlint-disable-next-line no-control-regex -- they are what is taken out
const unseen = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g
const escaped = (text: string): string =>
  text.replaceAll(unseen, '').replaceAll(/[&<>"']/g, (sign) => entities[sign]!)

const time = (at: string): string =>
  `<time datetime="${escaped(at)}">${escaped(at.slice(0, 16).replace('T', ' '))} UTC</time>`
const percentText = (percent: number): string =>
  `${percent === 100 ? '100' : (Math.floor(percent * 1_000) / 1_000).toFixed(percent >= 99 ? 3 : 2)} %`

const style = `
:root{color-scheme:light dark;--bg:#f8fafb;--card:#fff;--ink:#1d2733;--muted:#51606f;--line:#dde3e8;--operational:#1a7f4b;--degraded:#8f5a00;--outage:#b3261e;--maintenance:#0b6b87;--unknown:#51606f}
@media(prefers-color-scheme:dark){:root{--bg:#12171d;--card:#1a2129;--ink:#e8edf1;--muted:#a5b2be;--line:#2d3843;--operational:#5fd39a;--degraded:#f0b860;--outage:#ff8f85;--maintenance:#6cc6e0;--unknown:#a5b2be}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 ui-sans-serif,system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}
main{max-width:46rem;margin:0 auto;padding:2rem 1rem 3rem}
h1{font-size:1.35rem;margin:0 0 1rem}
h2{font-size:1rem;margin:1.75rem 0 .5rem}
.all{display:flex;gap:.6rem;align-items:center;font-size:1.1rem;font-weight:600;border:1px solid var(--line);border-left:6px solid var(--tone);border-radius:.6rem;background:var(--card);padding:.9rem 1rem}
.mark{color:var(--tone);font-weight:700}
ul{list-style:none;margin:0;padding:0;border:1px solid var(--line);border-radius:.6rem;background:var(--card)}
li{padding:.75rem 1rem}
li+li{border-top:1px solid var(--line)}
.row{display:flex;flex-wrap:wrap;gap:.25rem .75rem;justify-content:space-between}
.name{font-weight:600;overflow-wrap:anywhere}
.state{color:var(--tone);font-weight:600;white-space:nowrap}
.muted{color:var(--muted);font-size:.85rem}
.bars{display:flex;gap:1px;height:1.75rem;margin:.5rem 0 .2rem}
.bars i{flex:1;min-width:0;border-radius:1px;background:var(--line)}
.bars .g{background:var(--operational)}.bars .d{background:linear-gradient(var(--line) 25%,var(--degraded) 25%)}.bars .o{background:linear-gradient(var(--line) 50%,var(--outage) 50%)}
p{margin:.35rem 0;overflow-wrap:anywhere;white-space:pre-wrap}
footer{margin-top:2rem;color:var(--muted);font-size:.85rem}
a{color:inherit}
${(['operational', 'degraded', 'outage', 'maintenance', 'unknown'] as const).map((name) => `.${name}{--tone:var(--${name})}`).join('')}
`

const barClass = (percent: number | null): string =>
  percent === null ? '' : percent >= 99.9 ? 'g' : percent >= 95 ? 'd' : 'o'

function uptimeBars(uptime: NonNullable<ShownStatus['groups'][number]['uptime']>): string {
  const bars = uptime.days
    .map(({ day, percent }) => {
      const title = `${day}: ${percent === null ? 'not known' : percentText(percent)}`
      return `<i class="${barClass(percent)}" title="${escaped(title)}"></i>`
    })
    .join('')
  const said = uptime.percent === null ? 'nothing is known yet' : `${percentText(uptime.percent)} up`
  const label = `The last ${uptime.days.length} days: ${said}`
  return `<div class="bars" role="img" aria-label="${escaped(label)}">${bars}</div><div class="row muted"><span>${uptime.days.length} days ago</span><span>${said}</span><span>today</span></div>`
}

function groupItem({ name, state, uptime }: ShownStatus['groups'][number]): string {
  const [word, mark] = words[state]
  return `<li class="${state}"><div class="row"><span class="name">${escaped(name)}</span><span class="state"><span aria-hidden="true">${mark}</span> ${word}</span></div>${uptime === null ? '' : uptimeBars(uptime)}</li>`
}

const section = (title: string, items: readonly string[]): string =>
  items.length === 0 ? '' : `<h2>${title}</h2><ul aria-label="${title}">${items.join('')}</ul>`

/** The whole page: no script, no picture, nothing from elsewhere. */
export function statusPageHtml(page: ShownStatus, path: string, json: string): string {
  const [, mark, all] = words[page.state]
  const incidents = page.incidents.map(
    ({ group, since, updates }) =>
      `<li><div class="row"><span class="name">${escaped(group)}</span><span class="muted">since ${time(since)}</span></div>${updates.map(({ at, text }) => `<p>${escaped(text)} <span class="muted">${time(at)}</span></p>`).join('')}</li>`,
  )
  const maintenance = page.maintenance.map(
    ({ group, from, to }) =>
      `<li><div class="row"><span class="name">${escaped(group)}</span><span class="muted">${time(from)} to ${time(to)}</span></div></li>`,
  )
  const title = escaped(page.title)
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex,nofollow"><meta http-equiv="refresh" content="30"><title>${title}: ${words[page.state][0].toLowerCase()}</title><link rel="icon" href="/icon.svg"><link rel="alternate" type="application/rss+xml" title="${title}" href="${path}/feed.rss"><style>${style}</style></head>
<body><main><h1>${title}</h1><div class="all ${page.state}" role="status"><span class="mark" aria-hidden="true">${mark}</span>${all}</div>
${section('Incidents', incidents)}${section('Maintenance', maintenance)}${section('Systems', page.groups.map(groupItem))}
<footer>As of ${time(page.at)}; this page refreshes itself. <a href="${path}/feed.rss">RSS</a> · <a href="${json}">JSON</a></footer></main></body></html>
`
}

/** What people wrote of incidents, and what is planned, as RSS. */
export function statusPageFeed(page: ShownStatus, address: string): string {
  const item = (title: string, text: string, at: string, key: string): string =>
    `<item><title>${escaped(title)}</title><description>${escaped(text)}</description><link>${escaped(address)}</link><guid isPermaLink="false">${escaped(key)}</guid><pubDate>${toMailTime(at)}</pubDate></item>`
  const items = [
    ...page.incidents.flatMap(({ group, since, updates }) =>
      updates.map(({ at, text }) => item(`${group}: incident`, text, at, `incident ${group} ${since} ${at}`)),
    ),
    ...page.maintenance.map(({ group, from, to }) =>
      item(`${group}: maintenance`, `From ${from} to ${to}`, from, `maintenance ${group} ${from}`),
    ),
  ]
  return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>${escaped(page.title)}</title><link>${escaped(address)}</link><description>${words[page.state][2]}</description><ttl>1</ttl>${items.join('')}</channel></rss>
`
}
