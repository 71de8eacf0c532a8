import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReportedDevice, ReportedVolume } from '#model/record.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { syncWorld } from '#test/sync-world.ts'

onEachDatabase('numbers and texts that no column can hold', (fresh) => {
  test('cost the value that is one, never the run', async () => {
    const { context, read } = syncWorld(await fresh())
    const odd: ReportedDevice = {
      kind: 'device',
      sourceId: 'vm-1',
      name: 'vm-1',
      deviceType: 'vm',
      interfaces: [
        { name: 'net0', speedMbps: 1e300 },
        { name: 'net1', speedMbps: 2.5 },
      ],
      vm: {
        cpuCount: 1e308,
        memoryMb: 0.5,
        totalDiskCapacityBytes: 1e300,
        totalSnapshotSizeBytes: Number.NaN,
      },
    }
    const volume: ReportedVolume = {
      kind: 'volume',
      sourceId: 'ds',
      name: 'ds',
      volumeType: 'datastore',
      capacityBytes: 1e300,
      volatile: { used_bytes: -0.5 },
    }

    const run = await read([[odd, volume]])
    assert.deepEqual([run.status, run.added, run.reason], ['complete', 2, null])
    const vm = await context.db.selectFrom('vms').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual([vm.cpu_count, vm.memory_mb, vm.total_disk_capacity_bytes], [null, 1, null])
    const { capacity_bytes, used_bytes } = await context.db
      .selectFrom('storage_volumes')
      .select(['capacity_bytes', 'used_bytes'])
      .executeTakeFirstOrThrow()
    assert.deepEqual([capacity_bytes, used_bytes], [null, null])
    const again = await read([[odd, volume]])
    assert.deepEqual([again.status, again.unchanged], ['complete', 2])
  })

  test('in what a source says for people are mended', async () => {
    const { read } = syncWorld(await fresh())
    const odd = 'a guest called \u0000 and \ud800'
    const run = await read([{ records: [], warnings: [odd] }], { verdict: { complete: false, reason: odd } })

    assert.equal(run.status, 'partial')
    assert.deepEqual(
      [run.reason, run.warnings],
      ['a guest called  and \ufffd', ['a guest called  and \ufffd']],
    )
  })
})
