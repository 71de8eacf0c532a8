import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changedSettings, settingsOf } from './server-draft.ts'

const server = {
  displayName: null,
  machineType: 'server' as const,
  intervalSeconds: null,
  tdpWatts: 65,
  device: { id: 7 },
  deviceLink: { setBy: null },
}

test('only what differs is sent, and an emptied field takes its setting back', () => {
  const draft = { ...settingsOf(server), displayName: '007', intervalSeconds: '30', tdpWatts: '' }

  assert.deepEqual(changedSettings(server, draft), {
    displayName: '007',
    intervalSeconds: 30,
    tdpWatts: null,
  })
})

test('a device that follows the agent is not set by saving something else', () => {
  assert.equal(settingsOf(server).device, '')
  assert.deepEqual(changedSettings(server, settingsOf(server)), {})
})

test('a device that a person set is given back to the agent by emptying the field', () => {
  const set = { ...server, deviceLink: { setBy: 'ada@example.net' } }

  assert.deepEqual(changedSettings(set, { ...settingsOf(set), device: '' }), { device: null })
})
