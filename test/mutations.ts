/** A small generator of numbers from a seed (mulberry32), so that a failure can be had again. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** An answer on its way to a source. */
export interface Passing {
  status: number
  headers: Record<string, string>
  body: Buffer
}

/** How an answer can go wrong. `keeps`: everything is still there, so a source may call it complete. */
export interface Mutation {
  name: string
  apply: (answer: Passing, random: () => number) => Passing
}

const hostile = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  "'; drop table devices; --",
  '<script>alert(1)</script>',
  '../../etc/passwd',
  '%s%n${7*7}{{7*7}}',
  '‮evil',
  'x'.repeat(100_000),
  '-1',
  'NaN',
  '__proto__',
]
const wrong: readonly unknown[] = [
  null, true, [], {}, -1, 1e308, 9_007_199_254_740_992, [[]], { a: { b: {} } }, ...hostile,
] // prettier-ignore

const pick = <T>(items: readonly T[], random: () => number): T => items[Math.floor(random() * items.length)]!

/** Every place in a JSON value: what it stands in and under which key. */
function placesOf(value: unknown, found: [holder: Record<string, unknown>, key: string][] = []) {
  if (value === null || typeof value !== 'object') return found
  for (const key of Object.keys(value)) {
    found.push([value as Record<string, unknown>, key])
    placesOf((value as Record<string, unknown>)[key], found)
  }
  return found
}

function arraysOf(value: unknown): unknown[][] {
  const inner = placesOf(value).map(([holder, key]) => holder[key])
  return [value, ...inner].filter((each): each is unknown[] => Array.isArray(each) && each.length > 0)
}

/** Changes the parsed answer; one that is no JSON is changed as text. */
const inJson =
  (change: (value: unknown, random: () => number) => unknown) =>
  (answer: Passing, random: () => number): Passing => {
    try {
      const changed = change(JSON.parse(answer.body.toString()), random)
      return { ...answer, body: Buffer.from(JSON.stringify(changed)) }
    } catch {
      return withText(answer, random)
    }
  }

/** One value of a text between tags or quotes becomes a hostile one. */
function withText(answer: Passing, random: () => number): Passing {
  const text = answer.body.toString('latin1')
  const values = [...text.matchAll(/>([^<>]+)<|"([^"]+)"/g)]
  if (values.length === 0) return { ...answer, body: Buffer.from(pick(hostile, random)) }
  const chosen = pick(values, random)
  const inner = chosen[1] ?? chosen[2]!
  const at = chosen.index + 1
  const word = pick(hostile, random).replaceAll(/[<>"&]/g, '')
  const body = text.slice(0, at) + Buffer.from(word).toString('latin1') + text.slice(at + inner.length)
  return { ...answer, body: Buffer.from(body, 'latin1') }
}

const status =
  (code: number, body: string) =>
  (answer: Passing): Passing => ({
    status: code,
    headers: { ...answer.headers, 'content-type': 'text/html' },
    body: Buffer.from(body),
  })

/** How the answer of any system can come out of shape. */
export const mutations: readonly Mutation[] = [
  {
    name: 'cut off in the middle',
    apply: (answer, random) => ({
      ...answer,
      body: answer.body.subarray(0, Math.floor(answer.body.length * random())),
    }),
  },
  {
    name: 'sent twice in one',
    apply: (answer) => ({ ...answer, body: Buffer.concat([answer.body, answer.body]) }),
  },
  { name: 'empty', apply: (answer) => ({ ...answer, body: Buffer.alloc(0) }) },
  {
    name: 'an empty list or object',
    apply: (answer, random) => ({ ...answer, body: Buffer.from(pick(['[]', '{}', 'null', '""'], random)) }),
  },
  { name: 'a page of a proxy', apply: status(200, '<html><body>Please sign in</body></html>') },
  { name: 'a failure', apply: status(500, 'Internal Server Error') },
  { name: 'no right', apply: status(403, '{"message":"forbidden"}') },
  { name: 'a lost session', apply: status(401, '{"message":"unauthorized"}') },
  { name: 'not there', apply: status(404, '{"message":"not found"}') },
  { name: 'too busy', apply: status(503, 'busy') },
  {
    name: 'bytes that are no text',
    apply: (answer, random) => ({
      ...answer,
      body: Buffer.from(answer.body.map((byte) => (random() < 0.02 ? Math.floor(random() * 256) : byte))),
    }),
  },
  {
    name: 'a value of the wrong type',
    apply: inJson((value, random) => {
      const places = placesOf(value)
      if (places.length === 0) return pick(wrong, random)
      const [holder, key] = pick(places, random)
      holder[key] = pick(wrong, random)
      return value
    }),
  },
  {
    name: 'many values of the wrong type',
    apply: inJson((value, random) => {
      for (const [holder, key] of placesOf(value)) if (random() < 0.1) holder[key] = pick(wrong, random)
      return value
    }),
  },
  {
    name: 'keys that are missing',
    apply: inJson((value, random) => {
      for (const [holder, key] of placesOf(value)) {
        if (!Array.isArray(holder) && random() < 0.1) delete holder[key]
      }
      return value
    }),
  },
  {
    name: 'in another order',
    apply: inJson((value, random) => {
      for (const list of arraysOf(value)) list.sort(() => random() - 0.5)
      return value
    }),
  },
  {
    name: 'with entries twice',
    apply: inJson((value, random) => {
      for (const list of arraysOf(value)) if (random() < 0.5) list.push(structuredClone(pick(list, random)))
      return value
    }),
  },
]

/** A list that came short: only a source that counts can tell. */
export const shortMutation: Mutation = {
  name: 'with entries missing',
  apply: inJson((value, random) => {
    const lists = arraysOf(value)
    if (lists.length > 0) pick(lists, random).splice(0, 1)
    return value
  }),
}
