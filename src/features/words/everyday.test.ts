import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '#test/each-database.ts'
import { ada } from '#test/inventory-world.ts'
import { machine } from '#test/scripted-source.ts'
import { wordWorld, type WordWorld } from '#test/word-world.ts'

const add = (...tags: string[]) => ({ add: tags })

/** The words, the parameters, the query or the sources. */
const understood: [text: string, parameters: object, where: string | string[]][] = [
  // Both orders.
  ['tag web-00* with patched', add('patched'), 'name:web-00*'],
  ['tag patched on web-00*', add('patched'), 'name:web-00*'],
  ['tag type:vm with a and b', add('a', 'b'), 'type:vm'],
  ['tag vms with x, y and z', add('x', 'y', 'z'), 'type:vm'],
  ['tag the servers in Graz with patched', add('patched'), 'type:server site:Graz'],
  ['mark web-01 and web-02 as old', add('old'), 'name:web-01,web-02'],
  ['could you please tag vms in Graz with x?', add('x'), 'type:vm site:Graz'],
  ['remove tag legacy from all vms', { remove: ['legacy'] }, 'type:vm'],
  ['remove legacy from vms', { remove: ['legacy'] }, 'type:vm'],
  ['set site of devices in rack R3 to Graz', { set: { site: 'Graz' } }, 'rack:R3'],
  ['set site to Graz for all servers in rack R3', { set: { site: 'Graz' } }, 'type:server rack:R3'],
  ['set the owner of web-* to ops', { set: { owner: 'ops' } }, 'name:web-*'],
  ['change the owner of web-01 and web-02 to ops', { set: { owner: 'ops' } }, 'name:web-01,web-02'],
  ['set site of vms to "New York"', { set: { site: 'New York' } }, 'type:vm'],
  ['run ping on vms in berlin', { command: 'ping' }, 'type:vm site:berlin'],
  ['call webhook tickets for vms in Graz', { webhook: 'tickets' }, 'type:vm site:Graz'],
  ['trigger tickets for web-0*', { webhook: 'tickets' }, 'name:web-0*'],
  ['export all vms as csv', { format: 'csv', q: 'type:vm' }, 'type:vm'],
  ['export vms in Graz as csv', { format: 'csv', q: 'type:vm site:Graz' }, 'type:vm site:Graz'],
  ['read vcenter1', {}, ['vcenter1']],
  ['sync vcenter1 now', {}, ['vcenter1']],
  ['refresh every source', {}, []],
  ['approve pending hosts', { status: 'approved' }, 'status:pending'],
  ['approve hosts in Graz', { status: 'approved' }, 'device.site:Graz'],
  ['reject hosts from vcenter1', { status: 'rejected' }, 'source:vcenter1'],
  // Names, patterns and lists of names.
  ['note "rebooted" on web-01, web-02', { note: 'rebooted' }, 'name:web-01,web-02'],
  ["note 'rebooted' on web-01, web-02 and web-03", { note: 'rebooted' }, 'name:web-01,web-02,web-03'],
  ['note on web-01: "rebooted"', { note: 'rebooted' }, 'name:web-01'],
  ['write a note “x” on web-01 or web-02', { note: 'x' }, 'name:web-01,web-02'],
  ['add the note "x" to web-0?', { note: 'x' }, 'name:web-0?'],
  ['tag x on devices named web-*', add('x'), 'name:web-*'],
  ['tag x on the server web-01', add('x'), 'type:server name:web-01'],
  // Kinds and states.
  ['tag x on virtual machines', add('x'), 'type:vm'],
  ['tag x on the switches', add('x'), 'type:network_device'],
  ['tag x on phones', add('x'), 'type:phone'],
  ['tag x on iot devices', add('x'), 'type:iot'],
  ['tag x on vms that are powered off in Graz', add('x'), 'type:vm power:off site:Graz'],
  ['tag x on vms not powered off', add('x'), 'type:vm -power:off'],
  // Places.
  ['tag vms in new york and Graz with x', add('x'), 'type:vm site:"New York",Graz'],
  ['tag vms in Graz or in Berlin with x', add('x'), 'type:vm site:Graz,berlin'],
  ['tag vms in the Graz site with x', add('x'), 'type:vm site:Graz'],
  ['tag x on the workstations in rack R4', add('x'), 'type:workstation rack:R4'],
  ['tag x on vms in edge-cluster', add('x'), 'type:vm cluster:edge-cluster'],
  ['tag x on vms in legacy', add('x'), 'type:vm tag:legacy'],
  ['tag x on vms in Graz not in rack R3', add('x'), 'type:vm site:Graz -rack:R3'],
  ['tag x on vms in rack R3 and in Graz', add('x'), 'type:vm rack:R3 site:Graz'],
  ['tag x on (vms or servers) in Graz', add('x'), '(type:vm or type:server) site:Graz'],
  ['tag x on vms in 192.0.2.0/24', add('x'), 'type:vm "192.0.2.0/24"'],
  ['tag x on vms in site:Graz', add('x'), 'type:vm site:Graz'],
  // Tags and other fields.
  ['tag vms without tag legacy with patched', add('patched'), 'type:vm -tag:legacy'],
  ['tag vms without tags with patched', add('patched'), 'type:vm -has:tag'],
  ['tag x on vms without tag:legacy', add('x'), 'type:vm -tag:legacy'],
  ['tag x on untagged vms', add('x'), '-has:tag type:vm'],
  ['tag vms with tags legacy and prod with x', add('x'), 'type:vm tag:legacy tag:prod'],
  ['tag vms tagged legacy or prod with x', add('x'), 'type:vm tag:legacy,prod'],
  ['tag x on vms with no owner', add('x'), 'type:vm -has:owner'],
  ['tag x on vms owned by ada l', add('x'), 'type:vm owner:"Ada L"'],
  ['tag x on vms whose owner is ops', add('x'), 'type:vm owner:ops'],
  ['tag x on vms with os linux', add('x'), 'type:vm os:linux'],
  // Times.
  ['tag x on vms not seen for 30 days', add('x'), 'type:vm seen>30d'],
  ['tag vms not seen for 30 days with stale', add('stale'), 'type:vm seen>30d'],
  ['tag vms that have not been seen in the last 2 weeks with x', add('x'), 'type:vm seen>2w'],
  ['tag vms seen in the last hour with fresh', add('fresh'), 'type:vm seen<1h'],
  ['tag x on vms unseen since 2026-01-01', add('x'), 'type:vm seen<2026-01-01'],
  // Everything, and everything but.
  ['tag everything with x', add('x'), ''],
  ['tag x on all vms except web-01', add('x'), 'type:vm -name:web-01'],
  ['tag x on all but web-01 and web-02', add('x'), '-name:web-01,web-02'],
]

/** The words, the question, and its choices. */
const asked: [text: string, question: string, choices: string[]][] = [
  ['tag devices with x', 'Which devices?', ['tag x on all devices', 'tag x on type:vm']],
  ['tag x on *', 'What does * mean here?', ['tag x on all devices', 'tag x on "*"']],
  ['tag x on vms in R3', 'What does R3 mean here?', ['tag x on type:vm rack:R3', 'tag x on type:vm tag:r3']],
  ['tag x on vms in nowhere', 'I know no place nowhere', []],
  [
    'tag x on vms in R*',
    'Which kind of place is R*?',
    ['tag x on type:vm site:R*', 'tag x on type:vm rack:R*', 'tag x on type:vm cluster:R*'],
  ],
  [
    'tag x on vms in rack R9',
    'No device has the rack R9',
    ['tag x on type:vm rack:R3', 'tag x on type:vm rack:R9'],
  ],
  [
    'tag x on vms with owner opps',
    'No device has the owner opps',
    ['tag x on type:vm owner:ops', 'tag x on type:vm owner:opps'],
  ],
  ['tag x on vms with legacy', 'What does "with legacy" mean here?', ['tag x on type:vm tag:legacy']],
  [
    'tag vms with tags legacy, prod with x',
    'What does "with tags legacy prod" mean here?',
    ['tag x on type:vm tag:legacy tag:prod', 'tag x on type:vm tag:legacy,prod'],
  ],
  ['tag x on printers', 'What does printers mean here?', ['tag x on type:iot', 'tag x on "printers"']],
  ['tag x on the server', 'What does server mean here?', ['tag x on type:server', 'tag x on "server"']],
  ['tag x on vms that are on', 'What does "on" mean here?', ['tag x on type:vm power:on']],
  ['tag x on vms on web-01', 'What does "on web-01" mean here?', ['tag x on type:vm parent:web-01']],
  [
    'tag x on cluster prod',
    'What does "cluster prod" mean here?',
    ['tag x on cluster:prod', 'tag x on type:cluster name:prod'],
  ],
  [
    'tag x on vms and web-01',
    'Are all of these meant, or only what is all of it at once?',
    ['tag x on type:vm or name:web-01', 'tag x on type:vm name:web-01'],
  ],
  [
    'tag x on vms in Graz and web-02',
    'Is name:web-02 meant besides, or only where all of it is so?',
    ['tag x on type:vm site:Graz or name:web-02', 'tag x on type:vm site:Graz name:web-02'],
  ],
  [
    'tag x on clusters',
    'What does clusters mean here?',
    ['tag x on type:cluster', 'tag x on tag:clusters', 'tag x on "clusters"'],
  ],
  [
    'tag x on servers, vms and phones',
    'Nothing is of two kinds at once: do you mean both kinds?',
    ['tag x on type:server,vm,phone'],
  ],
  [
    'tag x on web-01 web-02',
    'Nothing has two names: do you mean each of them?',
    ['tag x on name:web-01,web-02'],
  ],
  [
    'tag x on inactive vms or servers in Graz',
    'How far does or reach here?',
    [
      'tag x on status:inactive (type:vm or type:server) site:Graz',
      'tag x on (status:inactive type:vm) or (type:server site:Graz)',
    ],
  ],
  [
    'tag x on all vms except web-01 in Graz',
    'How much is left out: name:web-01 alone, or with what is said after it?',
    ['tag x on type:vm -name:web-01 site:Graz', 'tag x on type:vm -(name:web-01 site:Graz)'],
  ],
  [
    'tag x on vms older than 30 days',
    'Older by what: last seen, or first seen?',
    ['tag x on type:vm seen>30d', 'tag x on type:vm first>30d', 'tag x on type:vm created>30d'],
  ],
  [
    'tag vms on web-01',
    'Is vms the tag? Say it as: add tag NAME to QUERY, or tag QUERY with NAME',
    ['add tag vms to web-01', 'tag vms with web-01'],
  ],
  ['put x on vms', 'Is x a tag?', ['tag x on vms']],
  ['remove foo from vms', 'There is no tag foo', []],
  ['set site of vms to New York', 'Is "New York" one value?', ['set site="New York" on vms']],
  [
    'set owner of vms to nothing',
    'Is the word nothing to be entered? Taking a value back is not done with words',
    ['set owner="nothing" on vms'],
  ],
  ['ping vms in berlin', 'Is the command ping to be run?', ['run ping on vms in berlin']],
  [
    'export csv',
    'Which devices in which format? Say it as: export csv of QUERY',
    ['export csv of all devices'],
  ],
]

onEachDatabase('everyday orders', (fresh) => {
  let shared: Promise<WordWorld> | undefined
  const worldOf = () => (shared ??= fresh().then(everydayWorld))

  test('become exactly one action with its parameters and its query', async () => {
    const { propose } = await worldOf()
    for (const [text, parameters, where] of understood) {
      const { proposal, query, questions } = await propose(text)

      assert.deepEqual(questions, [], text)
      const rows = Array.isArray(where) ? { kind: 'sources', names: where } : { kind: 'query', q: where }
      if (!Array.isArray(where)) assert.equal(query, where, text)
      assert.deepEqual([proposal!.parameters, proposal!.rowsFrom ?? rows], [parameters, rows], text)
    }
  })

  test('that could mean two things become exactly one question, and each choice is understood', async () => {
    const { propose } = await worldOf()
    for (const [text, question, choices] of asked) {
      const { proposal, questions } = await propose(text)

      assert.equal(proposal, null, text)
      assert.deepEqual(questions, [{ text: question, choices }], text)
      for (const choice of choices) assert.deepEqual((await propose(choice)).questions, [], choice)
    }
  })

  test('name no place that a limited person may not see', async () => {
    const { propose } = await worldOf()
    const limited = { ...ada, tags: ['prod'] }

    const seen = await propose('tag x on vms in Graz', limited)
    const hidden = await propose('tag x on vms in rack R4', limited)
    const cluster = await propose('tag x on vms in edge-cluster', limited)

    assert.equal(seen.query, 'type:vm site:Graz')
    assert.deepEqual(hidden.questions[0]!.choices, ['tag x on type:vm rack:R3', 'tag x on type:vm rack:R4'])
    assert.deepEqual(cluster.questions, [{ text: 'I know no place edge-cluster', choices: [] }])
  })

  test('are shown back as what was understood', async () => {
    const { propose } = await worldOf()

    const { sentence } = await propose('tag vms in Graz not seen for 30 days with stale')

    assert.equal(
      sentence,
      'Put the tag stale on devices where type is vm and site is Graz and seen is more than 30d ago.',
    )
  })
})

/** With places and owners, one of which is a tag as well. */
async function everydayWorld(...[opened]: Parameters<typeof wordWorld>): Promise<WordWorld> {
  const world = await wordWorld(opened)
  await world.read([[machine(9, { facts: { cluster: 'edge-cluster' } })]], { name: 'other' })
  await world.ask('device.update', { id: 'web-01', site: 'Graz', rack: 'R3', owner: 'ops' })
  await world.ask('device.update', { id: 'web-03', site: 'New York', rack: 'R4', owner: 'Ada L' })
  await world.ask('device.tag', { q: 'name:web-03', add: ['r3', 'clusters'] })
  return world
}
