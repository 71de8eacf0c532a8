import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { onEachDatabase } from '#test/each-database.ts'
import { ada } from '#test/inventory-world.ts'
import { emptyAnswer, modelServer, type Saying } from '#test/fakes/model-server.ts'
import { wordWorld, type WordWorld } from '#test/word-world.ts'

/** Nothing that the forms know, so that the model is asked. */
const words = 'give the virtual ones in the German site the marker edge'

const good = {
  ...emptyAnswer,
  action: 'tag',
  parameters: { add: ['edge'] },
  conditions: {
    and: [
      { field: 'type', operator: ':', values: ['vm'] },
      { not: { field: 'tag', operator: ':', values: ['legacy'] } },
      {
        or: [
          { field: 'site', operator: ':', values: ['berlin', 'mun*'] },
          { field: 'memory', operator: '>', values: ['16GB'] },
        ],
      },
    ],
  },
}

onEachDatabase('words with a model', (fresh) => {
  let shared: Promise<WordWorld> | undefined
  const worldOf = async (t: TestContext, say: () => Saying, timeoutSeconds = 5) => {
    const { url, asked } = await modelServer(t, say)
    const model = { url, name: 'small', apiKey: 'sk-very-secret', timeoutSeconds, tls: {} }
    shared ??= fresh().then(wordWorld)
    const world = await shared
    return { ...world, propose: world.proposeWith(model), asked }
  }

  test('become the same proposal that typed words give, shown back by us and not by the model', async (t) => {
    const { propose } = await worldOf(t, () => ({ proposal: good }))

    const found = await propose(words)

    assert.equal(found.query, 'type:vm -tag:legacy (site:berlin,mun* or memory>16GB)')
    assert.deepEqual(found.proposal, {
      action: 'tag',
      parameters: { add: ['edge'] },
      rowsFrom: { kind: 'query', q: found.query },
    })
    assert.deepEqual([found.understood, found.by, found.questions], [true, 'model', []])
    assert.equal(
      found.sentence,
      'Put the tag edge on devices where type is vm and tag is not legacy and (site is like berlin or mun* or memory is more than 16GB).',
    )
  })

  test('need no model where their form is known', async (t) => {
    const { propose, asked } = await worldOf(t, () => ({ status: 500 }))

    const found = await propose('tag web on type:vm')

    assert.deepEqual([found.understood, found.by, asked.length], [true, 'grammar', 0])
  })

  test('tell a model the catalogue and the request, and never what the inventory holds', async (t) => {
    const { propose, asked, ask } = await worldOf(t, () => ({ proposal: good }))
    await ask('device.update', { id: 'web-03', owner: 'Dr. Secret', address: '198.51.100.77' })
    await ask('device.tag', { q: 'name:web-03', add: ['team'] })

    await propose(words, { ...ada, tags: ['team'] })

    const { body, authorization } = asked[0]!
    const told = JSON.stringify(body)
    assert.equal(authorization, 'Bearer sk-very-secret')
    assert.doesNotMatch(told, /web-0|Secret|198\.51|192\.0\.2|00:1b|berlin|legacy|sk-very/)
    assert.match(told, /team/)
    assert.match(told, /cost/)
    assert.equal(body.messages[1]!.content, words)
    assert.ok(body.response_format.json_schema.schema)
  })

  test('are never about everything only because a model says so', async (t) => {
    const everything = { ...good, conditions: null, everything: true }
    const { propose } = await worldOf(t, () => ({ proposal: everything }))

    const unsaid = await propose(words)
    const said = await propose('give all of them the marker edge')

    assert.deepEqual([unsaid.proposal, unsaid.questions[0]!.text], [null, 'Which devices are meant?'])
    assert.equal(said.query, '')
    assert.equal(said.sentence, 'Put the tag edge on every device.')
  })

  const wrong: [what: string, saying: Saying, question: RegExp][] = [
    ['an action that there is not', { proposal: { ...good, action: 'delete' } }, /action that there is not/],
    ['work that is not offered', { proposal: { ...good, action: 'backup' } }, /action that there is not/],
    ['parameters of another action', { proposal: { ...good, parameters: { remove: ['x'] } } }, /add/],
    ['parameters that are refused', { proposal: { ...good, parameters: { add: ['a b; drop'] } } }, /add/],
    [
      'a command that is not allowed',
      { proposal: { ...good, action: 'command', parameters: { command: 'rm -rf /' } } },
      /no command/,
    ],
    [
      'a field that there is not',
      { proposal: { ...good, conditions: { field: 'colour', operator: ':', values: ['red'] } } },
      /no field colour/,
    ],
    [
      'a field that is a query',
      { proposal: { ...good, conditions: { field: 'name:x or type', operator: ':', values: ['vm'] } } },
      /cannot be read/,
    ],
    [
      'a tag that there is not',
      { proposal: { ...good, conditions: { field: 'tag', operator: ':', values: ['nope'] } } },
      /tag nope/,
    ],
    [
      'a value of no kind',
      { proposal: { ...good, conditions: { field: 'memory', operator: '>', values: ['much'] } } },
      /./,
    ],
    ['more keys than it may', { proposal: { ...good, sql: 'drop table devices' } }, /no proposal/],
    ['conditions without end', { proposal: { ...good, conditions: deep(40) } }, /cannot be read/],
    ['a question', { proposal: { ...emptyAnswer, question: 'Which site?' } }, /^Which site\?$/],
    ['prose', { text: 'Sure! I tagged them all.' }, /no proposal/],
    ['half an object', { text: '{"action": "tag"' }, /no proposal/],
    ['another form', { completion: { error: 'x' } }, /another form/],
    ['a refusal', { completion: { choices: [{ message: { refusal: 'no' } }] } }, /refused/],
    [
      'an answer without end',
      { completion: { choices: [{ message: { content: '{' }, finish_reason: 'length' }] } },
      /end/,
    ],
    ['that it is broken', { status: 500 }, /gave no answer/],
    ['that it knows us not', { status: 401 }, /gave no answer/],
  ]

  test('that a model answers with anything else become a question, whatever it is', async (t) => {
    let saying: Saying = { silence: true }
    const { propose } = await worldOf(t, () => saying)
    for (const [what, said, question] of wrong) {
      saying = said
      const found = await propose(words)

      assert.deepEqual([found.proposal, found.understood, found.sentence], [null, false, ''], what)
      const texts = found.questions.map(({ text }) => text)
      assert.ok(
        texts.some((text) => question.test(text)),
        `${what}: ${texts.join(' | ')}`,
      )
      assert.doesNotMatch(JSON.stringify(found), /sk-very-secret/)
    }
  })

  test('stay words where a value of a model looks like the query language', async (t) => {
    const sly = { field: 'owner', operator: ':', values: ['x" or type:vm or owner:"'] }
    const { propose } = await worldOf(t, () => ({ proposal: { ...good, conditions: sly } }))

    const { query, sentence } = await propose(words)

    assert.equal(query, String.raw`owner:"x\" or type:vm or owner:\""`)
    assert.match(sentence, /owner is "x\\" or type:vm or owner:\\""\.$/)
  })

  test('wait no longer for a model than the configuration says, and not after a stop', async (t) => {
    const { propose } = await worldOf(t, () => ({ silence: true }), 0.3)
    const late = await propose(words)
    const stopped = propose(words, ada, AbortSignal.abort(new Error('stopped')))

    assert.match(late.questions.at(-1)!.text, /language model gave no answer/)
    await assert.rejects(stopped, /stopped/)
  })
})

/** A condition inside of negations. */
function deep(levels: number): object {
  return levels === 0 ? { field: 'type', operator: ':', values: ['vm'] } : { not: deep(levels - 1) }
}
