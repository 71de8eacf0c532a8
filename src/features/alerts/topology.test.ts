import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explainLosses, groupsOf } from '#features/alerts/common-causes.ts'
import { surroundingsOf } from '#features/alerts/settle-causes.ts'
import { lostAbove, topologyOf, type Place } from '#features/alerts/topology.ts'
import type { WatchedServer } from '#features/monitoring/watch.ts'

const place = (id: number, more: Partial<Place> = {}): Place => ({
  id,
  name: `device-${id}`,
  isNetwork: false,
  site: null,
  rack: null,
  ...more,
})
const isOneOf =
  (...ids: number[]) =>
  (id: number) =>
    ids.includes(id)

// A machine (1) on a hypervisor (2) on two switches (3, 4), managed by a controller (5).
const lab = topologyOf(
  [place(1), place(2), place(3, { isNetwork: true }), place(4, { isNetwork: true }), place(5)],
  [
    { parent: 2, child: 1, type: 'hosts' },
    { parent: 2, child: 3, type: 'connects_to' },
    { parent: 4, child: 2, type: 'connects_to' },
    { parent: 3, child: 4, type: 'connects_to' },
    { parent: 5, child: 2, type: 'manages' },
  ],
)

test('what a machine runs on explains its loss, and so do all switches above it, but not one of two', () => {
  assert.equal(lostAbove(1, lab, isOneOf(2)), 2)
  assert.equal(lostAbove(1, lab, isOneOf(3)), undefined)
  assert.equal(lostAbove(1, lab, isOneOf(2, 3)), 2)
  assert.ok([3, 4].includes(lostAbove(1, lab, isOneOf(2, 3, 4))!))
})

test('who manages a machine explains nothing, nor does the machine itself', () => {
  assert.equal(lostAbove(1, lab, isOneOf(5)), undefined)
  assert.equal(lostAbove(2, lab, isOneOf(2)), undefined)
})

test('a circle of hosts ends', () => {
  const circle = topologyOf(
    [place(1), place(2)],
    [
      { parent: 1, child: 2, type: 'hosts' },
      { parent: 2, child: 1, type: 'hosts' },
    ],
  )
  assert.equal(lostAbove(1, circle, isOneOf(1, 2)), 2)
  assert.equal(lostAbove(1, circle, isOneOf()), undefined)
})

const server = (id: number): WatchedServer => ({
  id: `s${id}`,
  name: `s${id}`,
  deviceId: id,
  machineType: 'server',
  status: 'online',
  condition: null,
  since: 0,
  interval: 60,
  isPaused: false,
  isInMaintenance: false,
  lastReceived: 0,
  told: {},
})

/** 20 machines in two racks of one site, ten on each of two switches. */
const places = Array.from({ length: 20 }, (_, index) =>
  place(index + 1, { site: 'lab', rack: index < 10 ? 'a' : 'b' }),
)
const rows = topologyOf(
  [...places, place(100, { isNetwork: true, name: 'sw-a' }), place(200, { isNetwork: true, name: 'sw-b' })],
  places.map(({ id }) => ({ parent: id <= 10 ? 100 : 200, child: id, type: 'connects_to' })),
)
const around = surroundingsOf(rows, new Map(places.map(({ id }) => [`s${id}`, server(id)])), new Map(), 0)

function explain(...lost: number[]): string[] {
  const names = new Set(lost.map((id) => `s${id}`))
  return explainLosses(
    [...names],
    (id) => around.groupsByServer.get(id) ?? [],
    (id) => names.has(id),
  ).map(({ group, lost: found }) => `${group.common.name} ${found.length}`)
}
const from = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)

test('of the rack and the switch that all have in common the nearer one is named', () => {
  assert.deepEqual(explain(...from(1, 10)), ['sw-a 10'])
  assert.deepEqual(explain(...from(1, 8)), ['sw-a 8'])
})

test('two switches at once are their site; single losses have nothing in common', () => {
  assert.deepEqual(explain(...from(1, 20)), ['Site lab 20'])
  assert.deepEqual(explain(1, 2, 11), [])
})

test('a third of the fleet is one cause, wherever it is', () => {
  assert.deepEqual(explain(...from(1, 4), ...from(11, 14)), ['The fleet 8'])
})

test('workstations and what is paused belong to no group', () => {
  const asleep = { ...server(1), machineType: 'workstation' as const }
  const paused = { ...server(2), isPaused: true }
  assert.deepEqual([...groupsOf([asleep, paused], rows).keys()], [])
})
