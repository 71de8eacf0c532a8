import assert from 'node:assert/strict'
import { test } from 'node:test'
import { baselines } from '../bench/identity/baselines.ts'
import { makeEstate } from '../bench/identity/estate.ts'
import { ourCorrelator } from '../bench/identity/our-correlator.ts'
import { score } from '../bench/identity/score.ts'

const estate = makeEstate({ seed: 20_260, machines: 1_500 })

test('records of one machine are found, and no others, in an estate with every hard case', () => {
  const { precision, recall, review, falseMerges } = score(estate, ourCorrelator(estate.records))
  assert.equal(falseMerges, 0)
  assert.ok(precision >= 0.999, `precision ${precision}`)
  assert.ok(recall >= 0.98, `recall ${recall}`)
  assert.ok(review <= 0.02, `review ${review}`)
})

test('better than by name, by MAC, and in the orders of others', () => {
  const ours = score(estate, ourCorrelator(estate.records))
  for (const [name, correlator] of Object.entries(baselines)) {
    const theirs = score(estate, correlator(estate.records))
    assert.ok(ours.precision > theirs.precision && ours.recall > theirs.recall, name)
    assert.ok(theirs.falseMerges > 0, `${name} merges nothing that it must not: the cases are too easy`)
  }
})
