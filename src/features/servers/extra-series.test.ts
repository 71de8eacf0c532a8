import assert from 'node:assert/strict'
import { test } from 'node:test'
import { extraSeries } from '#features/servers/extra-series.ts'

test('how full a file system is, is worked out as df does where the agent tells only bytes', () => {
  const filesystems = [
    { mount_point: '/', total_bytes: 100, used_bytes: 40, available_bytes: 40 },
    { mount_point: '/told', used_bytes: 1, available_bytes: 1, percent: 7 },
    { mount_point: '/empty', used_bytes: 0, available_bytes: 0 },
  ]

  const series = extraSeries({ server_id: 'a', timestamp: '2026-01-01T00:00:00Z', filesystems }, [])!

  const percents = Object.entries(series).filter(([name]) => name.startsWith('filesystem_used_percent'))
  assert.deepEqual(percents, [
    ['filesystem_used_percent{mount="/"}', 50],
    ['filesystem_used_percent{mount="/told"}', 7],
  ])
})
