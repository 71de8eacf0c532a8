import assert from 'node:assert/strict'
import { test } from 'node:test'
import { envelope, escapeXml } from '#sources/vcenter/envelope.ts'
import { parseXml } from '#sources/vcenter/parse-xml.ts'

const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

test('text stays text, and lists are lists where the type says so', () => {
  const { all } = parseXml(
    `<all ${xsi}><n xsi:type="xsd:string">1e5</n><one xsi:type="ArrayOfInt"><int>0012</int></one>` +
      '<none xsi:type="ArrayOfInt"/><twice>a</twice><twice>b</twice><empty/></all>',
  )

  assert.deepEqual(plain(all), { n: '1e5', one: ['0012'], none: [], twice: ['a', 'b'], empty: '' })
})

test('prefixes may be any, and a type without fields is still a type', () => {
  const { all } = parseXml(
    '<x:all xmlns:x="urn:a" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><x:fault i:type="v:NoPermission"/><x:host type="HostSystem" i:type="ManagedObjectReference">host-1</x:host></x:all>',
  )

  assert.deepEqual(plain(all), {
    fault: { $type: 'NoPermission' },
    host: { $ref: 'HostSystem', value: 'host-1' },
  })
})

test('names of JavaScript’s own are names like any other', () => {
  const { all } = parseXml(
    '<all><__proto__><polluted>yes</polluted></__proto__><constructor>c</constructor></all>',
  )

  assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
  assert.deepEqual(Object.keys(all as object), ['__proto__', 'constructor'])
})

for (const [what, text] of [
  ['cut off', '<a><b>'],
  ['twice', '<a/><a/>'],
  ['no XML', '{"a":1}'],
  ['empty', ''],
  ['an entity of its own', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
  ['deeper than anything is', `${'<a>'.repeat(5_000)}${'</a>'.repeat(5_000)}`],
] as const) {
  test(`what is ${what} is refused`, () => {
    assert.throws(() => parseXml(text))
  })
}

test('what is sent says what was meant, whatever stands in it', () => {
  const name = 'a<b>&"\'\u0000\ud800c'
  const sent = envelope(
    'Login',
    { type: 'SessionManager', id: name },
    `<userName>${escapeXml(name)}</userName>`,
  )
  const { Envelope } = parseXml(sent) as unknown as {
    Envelope: { Body: { Login: { userName: string; _this: { value: string } } } }
  }

  assert.equal(Envelope.Body.Login.userName, 'a<b>&"\'\ufffdc')
  assert.equal(Envelope.Body.Login._this.value, 'a<b>&"\'\ufffdc')
})
