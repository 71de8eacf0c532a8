import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { onEachDatabase } from '#test/each-database.ts'
import { ada } from '#test/inventory-world.ts'
import { parseQuery } from '#query/parse-query.ts'
import { wordWorld, type WordWorld } from '#test/word-world.ts'

/** The words, the action with its parameters, and the query or the sources. */
const understood: [text: string, action: string, parameters: object, where: string | string[]][] = [
  ['tag web-tier on type:vm cluster:prod*', 'tag', { add: ['web-tier'] }, 'type:vm cluster:prod*'],
  ['please add the tags web and db to all vms', 'tag', { add: ['web', 'db'] }, 'type:vm'],
  ['put tag web on every server seen<7d', 'tag', { add: ['web'] }, 'type:server seen<7d'],
  ['tag type:vm -tag:legacy with web', 'tag', { add: ['web'] }, 'type:vm -tag:legacy'],
  ['mark virtual machines as old.', 'tag', { add: ['old'] }, 'type:vm'],
  ['label web on web-01', 'tag', { add: ['web'] }, 'name:web-01'],
  ['tag web on 192.0.2.0/24', 'tag', { add: ['web'] }, '"192.0.2.0/24"'],
  ['tag web on everything', 'tag', { add: ['web'] }, ''],
  ['tag web on all devices where os:linux or os:bsd', 'tag', { add: ['web'] }, 'os:linux or os:bsd'],
  ['untag legacy from type:vm', 'untag', { remove: ['legacy'] }, 'type:vm'],
  [
    'remove the tag legacy from vms that are inactive',
    'untag',
    { remove: ['legacy'] },
    'type:vm status:inactive',
  ],
  ['take tag prod off tag:legacy', 'untag', { remove: ['prod'] }, 'tag:legacy'],
  ['note "to be replaced on Monday" on type:vm', 'annotate', { note: 'to be replaced on Monday' }, 'type:vm'],
  ['annotate type:vm with "see {name}"', 'annotate', { note: 'see {name}' }, 'type:vm'],
  [
    'set site=berlin owner="ops team" on type:vm',
    'annotate',
    { set: { site: 'berlin', owner: 'ops team' } },
    'type:vm',
  ],
  [
    'set site to berlin and cost=7 on type:vm',
    'annotate',
    { set: { site: 'berlin', custom: { cost: '7' } } },
    'type:vm',
  ],
  ['set the owner of name:web-* to ops', 'annotate', { set: { owner: 'ops' } }, 'name:web-*'],
  ['classify as server hosts vendor:dell', 'classify', { hostType: 'server' }, 'vendor:dell'],
  ['classify status:pending as network', 'classify', { hostType: 'network' }, 'status:pending'],
  ['approve hosts status:pending', 'classify', { status: 'approved' }, 'status:pending'],
  ['reject all hosts that are pending', 'classify', { status: 'rejected' }, 'status:pending'],
  ['call webhook tickets for type:vm', 'webhook', { webhook: 'tickets' }, 'type:vm'],
  ['run ping on type:vm', 'command', { command: 'ping' }, 'type:vm'],
  ['sync vcenter1', 'sync', {}, ['vcenter1']],
  ['sync all sources', 'sync', {}, []],
  ['export csv of type:vm', 'export', { format: 'csv', q: 'type:vm' }, 'type:vm'],
  ['export all devices as an ansible inventory', 'export', { format: 'ansible' }, ''],
]

/** The words, what the question says, and the first of its choices. */
const asked: [text: string, question: RegExp, choice: string | undefined][] = [
  ['tagg web on type:vm', /do not know what tagg/, 'tag web on type:vm'],
  ['burn everything', /do not know what burn/, 'tag NAME on QUERY'],
  ['tag web tier on type:vm', /one tag, or several/, 'tag web-tier on type:vm'],
  ['tag web on devices', /Which devices/, 'tag web on all devices'],
  ['tag web on', /Which devices/, 'tag web on all devices'],
  ['tag web on prod', /What does prod mean/, 'tag web on tag:prod'],
  ['tag web on vms of berlin', /What does berlin mean/, 'tag web on type:vm site:berlin'],
  ['tag web on frobnicated', /do not know the word frobnicated/, 'tag web on "frobnicated"'],
  ['tag web on typ:vm', /no field typ/, 'tag web on type:vm'],
  ['tag web on type:wm', /./, 'tag web on type:vm'],
  ['tag web on tag:legcy', /tag legcy/, 'tag web on tag:legacy'],
  ['tag web on (type:vm', /./, undefined],
  ['tag web on vms and servers', /two kinds/, 'tag web on type:vm,server'],
  ['untag legcy from type:vm', /no tag legcy/, 'untag legacy from type:vm'],
  ['note to be replaced on type:vm', /quotes/, 'note "to be replaced" on type:vm'],
  ['set stie=berlin on type:vm', /no field stie/, 'set site=berlin on type:vm'],
  ['set location=berlin on type:vm', /mean the field site/, 'set site=berlin on type:vm'],
  ['set cost=dear on type:vm', /number/, undefined],
  [
    'classify as pc hosts status:pending',
    /mean the type workstation/,
    'classify as workstation hosts status:pending',
  ],
  ['classify as tag hosts status:pending', /no type of host/, undefined],
  ['call webhook tickts for type:vm', /no webhook tickts/, 'call webhook tickets for type:vm'],
  ['run rm on type:vm', /no command rm/, 'run ping on type:vm'],
  ['sync vcentre1', /no source vcentre1/, 'sync vcenter1'],
  ['export excel of type:vm', /is csv good/, 'export csv of type:vm'],
  ['export constructor of type:vm', /no format/, 'export csv of type:vm'],
  ['tag web on "type:vm', /quote/, undefined],
]

onEachDatabase('words without a model', (fresh, engine) => {
  let shared: Promise<WordWorld> | undefined
  const worldOf = () => (shared ??= fresh().then(wordWorld))

  test('of the forms that we know become an action with its parameters and a query', async () => {
    const world = await worldOf()
    for (const [text, action, parameters, where] of understood) {
      const { proposal, query, questions, by } = await world.propose(text)

      assert.deepEqual(questions, [], text)
      assert.deepEqual([proposal?.action, proposal?.parameters, by], [action, parameters, 'grammar'], text)
      const rows = proposal!.rowsFrom
      if (Array.isArray(where)) assert.deepEqual(rows, { kind: 'sources', names: where }, text)
      else {
        assert.equal(query, where, text)
        assert.deepEqual(rows, action === 'export' ? null : { kind: 'query', q: where }, text)
      }
    }
  })

  test('that are not clear become questions, whose choices can be asked instead', async () => {
    const world = await worldOf()
    for (const [text, question, choice] of asked) {
      const { proposal, questions, understood: isUnderstood, sentence } = await world.propose(text)

      assert.deepEqual([proposal, isUnderstood, sentence], [null, false, ''], text)
      assert.match(questions[0]!.text, question, text)
      if (choice !== undefined)
        assert.ok(questions[0]!.choices.includes(choice), `${text}: ${questions[0]!.choices.join(' | ')}`)
    }
  })

  test('speak of no name that a limited person may not see', async () => {
    const world = await worldOf()
    await world.ask('device.tag', { q: 'name:web-03', add: ['team'] })
    const limited = { ...ada, tags: ['team'] }

    const { questions } = await world.propose('tag web on berlin', limited)
    const near = await world.propose('untag legcy from type:vm', limited)

    assert.match(questions[0]!.text, /do not know the word berlin/)
    assert.deepEqual(near.questions[0]!.choices, [])
  })

  test('are shown back as a sentence made of the proposal', async () => {
    const world = await worldOf()
    const sentences = await Promise.all(
      [
        'tag web on vms seen>30d',
        'approve as server hosts vendor:dell',
        'sync vcenter1',
        'export csv of -tag:legacy',
      ].map(async (text) => (await world.propose(text)).sentence),
    )

    assert.deepEqual(sentences, [
      'Put the tag web on devices where type is vm and seen is more than 30d ago.',
      'Approve and classify as server hosts where vendor holds dell.',
      'Read the source vcenter1.',
      'Write a file (csv) of devices where tag is not legacy.',
    ])
  })

  test('of any kind never throw, and give an action only with a selection that was read', async () => {
    const world = await worldOf()
    const word = fc.constantFrom(
      ...'tag untag note set classify call run sync export on from with as of for the all every and or not ( ) - -( "a b" " \\ : = web type:vm tag:legacy seen<7d * ? vms prod berlin hosts site=x , {name} __proto__ constructor tickets ping vcenter1 csv in without rack tag owner except web-0* web-01, not seen 30 days & on powered off server'.split(
        ' ',
      ),
      'ünïcode',
      '\u0000',
    )
    const text = fc.oneof(
      fc.array(word, { maxLength: 10 }).map((words) => words.join(' ')),
      fc.string({ maxLength: 60 }),
    )
    const checked = fc.asyncProperty(text, async (given) => {
      const { proposal, understood: isUnderstood, questions, query } = await world.propose(given)
      assert.equal(isUnderstood, proposal !== null)
      assert.equal(questions.length > 0, proposal === null)
      if (!proposal) return
      if (proposal.rowsFrom?.kind === 'sources') return
      parseQuery(query!)
      const saysAll = /\b(all|every|each|any|everything)\b/i.test(given)
      assert.ok(query !== '' || saysAll, `${given} would be about everything`)
    })

    await fc.assert(checked, { numRuns: engine === 'sqlite' ? 2_000 : 100 })
  })
})
