import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientIdOf, durationSeconds, parseRows, speedOf } from '#sources/mikrotik/router-text.ts'

test('durations come in four spellings', () => {
  const all: [string | undefined, number | undefined][] = [
    ['1w2d3h4m5s', 788_645],
    ['14:40:26', 52_826],
    ['1d22:36:21', 167_781],
    ['170ms', 0.17],
    ['3h55m47s', 14_147],
    ['0s', 0],
    ['never', undefined],
    ['', undefined],
    [undefined, undefined],
    ['5 days', undefined],
  ]
  for (const [text, seconds] of all) assert.equal(durationSeconds(text), seconds, text ?? 'none')
})

test('names are bytes: UTF-8 where they are, else Windows-1252, with control characters or without', () => {
  const rows = (body: Buffer) => parseRows(body)?.map((row) => row['name'])
  const of = (bytes: Buffer) => Buffer.concat([Buffer.from('[{"name":"'), bytes, Buffer.from('"}]')])

  assert.deepEqual(rows(of(Buffer.from('büro'))), ['büro'])
  assert.deepEqual(rows(of(Buffer.from('büro', 'latin1'))), ['büro'])
  assert.deepEqual(rows(of(Buffer.from([0x80, 0x99]))), ['€™'])
  assert.deepEqual(rows(of(Buffer.from('a\u0001b\nc'))), ['a b c'])
  assert.deepEqual(rows(of(Buffer.from('\\u00e9\\u2713'))), ['é✓'])
})

test('menus of one thing are an object or a list, and values may be no text', () => {
  assert.deepEqual(parseRows(Buffer.from('{"name":"x","mtu":1500,"running":true,"none":null}')), [
    { name: 'x', mtu: '1500', running: 'true' },
  ])
  for (const bad of ['', 'x', '7', '[1]', '[[{}]]', '[{}'])
    assert.equal(parseRows(Buffer.from(bad)), undefined, bad)
})

test('client ids get their leading zeros back, and speeds are read in each spelling', () => {
  assert.equal(clientIdOf('1:b8:88:e3:39:ef:6'), '01:b8:88:e3:39:ef:06')
  assert.equal(clientIdOf('ff:35:0:bd:8:0:1'), 'ff:35:00:bd:08:00:01')
  assert.equal(clientIdOf('some words'), undefined)
  assert.deepEqual(
    ['1Gbps', '100Mbps', '2.5Gbps', '10G-baseSR-LR', 'auto', undefined].map((text) => speedOf(text)),
    [1000, 100, 2500, 10_000, undefined, undefined],
  )
})
