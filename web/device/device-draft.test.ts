import assert from 'node:assert/strict'
import { test } from 'node:test'
import { draftOf, editOf, emptyDraft, rebased } from './device-draft.ts'

const device = {
  name: 'web-01',
  deviceType: 'vm' as const,
  status: 'active' as const,
  address: '192.0.2.7',
  serial: null,
  vendor: null,
  model: null,
  os: 'Debian 13',
  driver: null,
  site: 'Graz',
  rack: null,
  owner: null,
  custom: { cost: 12, critical: true },
  tags: ['web', 'prod'],
}

test('a form that nobody touched sends nothing', () => {
  assert.deepEqual(editOf(draftOf(device), draftOf(device)), {})
})

test('only what differs is sent, and what was emptied is null', () => {
  const draft = draftOf(device)

  const edit = editOf(draft, { ...draft, facts: { ...draft.facts, site: ' ', os: 'Debian 14 ' } })

  assert.deepEqual(edit, { site: null, os: 'Debian 14' })
})

test('the order of tags is no difference', () => {
  const draft = draftOf(device)

  assert.deepEqual(editOf(draft, { ...draft, tags: ['prod', 'web'] }), {})
  assert.deepEqual(editOf(draft, { ...draft, tags: ['prod'] }), { tags: ['prod'] })
})

test('custom values are sent in the type of their field', () => {
  const draft = draftOf(device)
  const custom = { cost: '13.5', critical: 'false', due: '2027-01-01', empty: '' }

  const edit = editOf(draft, { ...draft, custom }, { cost: 'number', critical: 'boolean', due: 'date' })

  assert.deepEqual(edit, { custom: { cost: 13.5, critical: false, due: '2027-01-01' } })
})

test('a number that is none is sent as it was written, for the server to say what it wants', () => {
  const edit = editOf(emptyDraft, { ...emptyDraft, custom: { cost: 'much' } }, { cost: 'number' })

  assert.deepEqual(edit, { custom: { cost: 'much' } })
})

test('an edit on top of another keeps both, and tells where they contradict', () => {
  const base = draftOf(device)
  const mine = {
    ...base,
    facts: { ...base.facts, site: 'Wien', owner: 'ada' },
    tags: ['web', 'prod', 'mine'],
  }
  const theirs = draftOf({ ...device, site: 'Linz', rack: 'R7', tags: ['web', 'theirs'] })

  const { draft, conflicts } = rebased(base, mine, theirs)

  assert.equal(draft.facts.site, 'Wien')
  assert.equal(draft.facts.owner, 'ada')
  assert.equal(draft.facts.rack, 'R7')
  assert.deepEqual(draft.tags, ['web', 'theirs', 'mine'])
  assert.deepEqual(conflicts, [{ label: 'Site', mine: 'Wien', theirs: 'Linz' }])
})
