import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { test, type TestContext } from 'node:test'
import { barriers } from '#test/browser-barriers.ts'
import { noBrowser } from '#test/browser-lab.ts'
import { openWebLab, setUp, stepsOf, sync, type WebLab } from '#test/web-lab.ts'

const machines = [
  'name,type,mac,ip,os,site',
  'web-01,server,00:1b:21:00:00:01,192.0.2.1/24,Debian 12,Graz',
  'db-01,vm,00:1b:21:00:00:02,192.0.2.2,Rocky Linux 9,Wien',
  'core-sw,switch,00:1b:21:00:00:03,192.0.2.3,RouterOS 7,Graz',
  '',
].join('\n')
const leases = (count: number) =>
  Array.from(
    { length: count },
    (_, at) => `4102444800 00:1b:21:3c:00:${10 + at} 192.0.2.${30 + at} phone-${at} *\n`,
  ).join('')

const filesWith = (webhook: string) => ({
  'machines.csv': machines,
  'dnsmasq.leases': leases(2),
  'rollcall.yaml': [
    'sources:',
    '  - { name: list, type: csv, path: ./machines.csv }',
    '  - { name: leases, type: dnsmasq, path: ./dnsmasq.leases }',
    '  - { name: gone, type: isc-dhcp, path: ./not-there.leases }',
    'jobs:',
    '  webhooks:',
    `    - { name: odd, url: '${webhook}', idempotent: false, costCents: 5 }`,
    '',
  ].join('\n'),
})

/** Something to call that breaks in the middle, so that nobody can tell what it did. */
async function openOdd(context: TestContext): Promise<string> {
  const server = createServer((_, response) => {
    response.statusCode = 500
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

/** One server with something of everything to show. */
async function beat({ server }: WebLab): Promise<void> {
  await server.call('POST', '/agents/heartbeat', {
    server_id: 'nas-01',
    metrics: { cpu_percent: 12, memory_percent: 88, disk_percent: 97, network_rx_bytes: 1, load_1m: 0.5 },
    filesystems: [{ mount_point: '/', total_bytes: 1e12, used_bytes: 9.7e11 }],
    interfaces: [{ name: 'eth0', rx_bytes: 5, tx_bytes: 7, is_up: true }],
    services: [{ name: 'backup.service', status: 'failed', status_reason: 'exit code 1' }],
    containers: [{ name: 'grafana', image: 'grafana/grafana', state: 'running' }],
    updates_available: 12,
    security_updates: 3,
    reboot_required: true,
  })
}

interface ShownJob {
  id: number
  approval: string
  approvalHash: string
  waitingFor: string
}

/** A job of each kind that has the most to show: one that waits for its approval, one with an unclear outcome. */
async function makeJobs({ server }: WebLab): Promise<{ toApprove: number; unclear: number }> {
  const until = async (id: number, waitingFor: string): Promise<ShownJob> => {
    for (;;) {
      const { answer } = await server.call<ShownJob>('GET', `/jobs/${id}`)
      if (answer.waitingFor === waitingFor) return answer as ShownJob
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const preview = async (action: string, parameters: object) => {
    const rowsFrom = { kind: 'query', q: 'type:vm' }
    const { answer } = await server.call<ShownJob>('POST', '/jobs/preview', { action, parameters, rowsFrom })
    return until(Number(answer.id), 'approval')
  }
  const toApprove = await preview('tag', { add: ['seen'] })
  const odd = await preview('webhook', { webhook: 'odd' })
  await server.call('POST', `/jobs/${odd.id}/approve`, { hash: odd.approvalHash })
  await until(odd.id, 'review')
  return { toApprove: toApprove.id, unclear: odd.id }
}

/** Every page, and what says that it is there. */
const pages: readonly [address: string, shown: string][] = [
  ['/', 'New and odd'],
  ['/devices', 'web-01'],
  ['/devices?q=memroy>4GB', 'This query cannot be read'],
  ['/devices?q=nothing-like-it', 'No device matches'],
  ['/devices/1', 'Relationships'],
  ['/devices/1?tab=history', 'History'],
  ['/hosts', 'phone-1'],
  ['/hosts?status=rejected', 'No host is rejected'],
  ['/review', 'Nothing is in doubt'],
  ['/review?tab=conflicts', 'No contradictions'],
  ['/review?tab=rules', 'No rules'],
  ['/servers', 'nas-01'],
  ['/servers?group=status', 'Fullest disk'],
  ['/servers?q=status:offline', 'No server matches'],
  ['/servers?add=agent', 'Make the command'],
  ['/servers/nas-01?range=1h', 'newest'],
  ['/servers/nas-01?tab=system', 'backup.service'],
  ['/servers/nas-01?tab=agent', 'It has no agent of ours'],
  ['/servers/none', 'There is no server none'],
  ['/fleet/compare?ids=nas-01&range=1h', 'newest'],
  ['/fleet/heat?range=1h', 'nas-01'],
  ['/alerts', 'open alert'],
  ['/alerts?tab=history', 'Severity'],
  ['/alerts?tab=rules', 'Server offline'],
  ['/alerts?tab=quiet', 'Nothing is silenced'],
  ['/alerts?tab=escalations', 'No escalation yet'],
  ['/alerts?tab=channels', 'Nobody is told yet'],
  ['/checks', 'No checks yet'],
  ['/cost', 'Servers, this month'],
  ['/sources', 'up to date'],
  ['/sources?add=proxmox', 'Add Proxmox VE'],
  ['/sources?edit=list', 'stands in the configuration file'],
  ['/runs', 'failed'],
  ['/runs/1', 'What it found'],
  ['/jobs', 'waits for your approval'],
  ['/jobs/new', 'Say it in words'],
  ['/jobs/new?action=annotate', 'Add a field'],
  ['/jobs/new?words=tag+seen+on+all+vms', 'Preview this'],
  ['/jobs/JOB_TO_APPROVE', 'Whom it touches'],
  ['/jobs/JOB_UNCLEAR', 'What became of'],
  ['/jobs/JOB_UNCLEAR?tab=errors', 'OUTCOME_UNKNOWN'],
  ['/jobs/JOB_UNCLEAR?tab=unclear', 'Were these done?'],
  ['/jobs/JOB_UNCLEAR?tab=facts', 'Of exactly'],
  ['/topology', 'No relationships are known'],
  ['/topology?panel=path', 'How are they connected?'],
  ['/volumes', 'No volumes are known'],
  ['/prefixes', '192.0.2.0/24'],
  ['/prefixes/192.0.2.0/28', 'Next free'],
  ['/prefixes/192.0.0.0/20', 'Map of /24 blocks'],
  ['/changes', 'web-01'],
  ['/changes?mode=diff', 'Last 24 hours'],
  ['/settings?part=me', 'Where you are signed in'],
  ['/settings?part=tokens', 'No tokens yet'],
  ['/settings?part=people', 'Limited to'],
  ['/settings?part=audit', 'signed in'],
  ['/settings?part=tags', 'No tags yet'],
  ['/settings?part=fields', 'No custom fields yet'],
  ['/settings?part=runtime', 'Retention'],
  ['/settings?part=system', 'This installation'],
  ['/not-a-page', 'There is no such page'],
]

test('nobody is kept out by how a page is made, in either theme', { skip: noBrowser }, async (context) => {
  const lab = await openWebLab(context, filesWith(await openOdd(context)))
  let jobs = { toApprove: 0, unclear: 0 }
  const { page, server } = lab
  const step = stepsOf(context, lab)

  await step('set-up and sign-in', async () => {
    await page.goto(server.setupLink!)
    await page.getByLabel('Your name').waitFor()
    assert.deepEqual(await barriers(page), [])
    await setUp(lab)
    await sync(lab, 'list', 'leases')
    writeFileSync(path.join(lab.folder, 'dnsmasq.leases'), leases(12))
    await sync(lab, 'leases')
    await server.call('POST', '/sources/sync', { names: ['gone'] })
    await beat(lab)
    jobs = await makeJobs(lab)
  })

  for (const [address, shown] of pages)
    await step(address, async () => {
      const place = address
        .replace('JOB_TO_APPROVE', String(jobs.toApprove))
        .replace('JOB_UNCLEAR', String(jobs.unclear))
      await page.goto(server.address + place)
      await page.getByText(shown).filter({ visible: true }).first().waitFor()
      assert.deepEqual(await barriers(page), [])
      page.troubles.length = 0
    })

  await step('the palette, the keys of a page and a device being edited', async () => {
    await page.goto(`${server.address}/devices`)
    await page.getByRole('grid', { name: 'Devices' }).getByText('web-01').waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    assert.deepEqual(await barriers(page), [])
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search and run' }).fill('web')
    await page.getByRole('option', { name: /web-01/ }).waitFor()
    assert.deepEqual(await barriers(page), [])
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    await page.getByLabel('Rack').waitFor()
    assert.deepEqual(await barriers(page), [])
  })
})
