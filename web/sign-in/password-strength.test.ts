import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minimumPassword } from '#features/access/password.ts'
import { passwordStrength, shortestPassword } from './password-strength.ts'

const word = (password: string, known: string[] = []) => passwordStrength(password, known).word

test('the page asks for as many characters as the server does', () => {
  assert.equal(shortestPassword, minimumPassword)
  assert.deepEqual(passwordStrength('elevenchars'), {
    score: 0,
    word: 'too short',
    advice: '1 character to go.',
  })
})

test('a few unusual words are strong', () => {
  assert.equal(word('herring umbrella vast'), 'strong')
  assert.equal(word('k7$wq!Zr9@pLx2mV'), 'good')
})

test('repetition, sequences and what everybody tries are weak, however long', () => {
  assert.equal(word('aaaaaaaaaaaaaaaaaaaa'), 'weak')
  assert.equal(word('abcdefghijklmnop'), 'weak')
  assert.equal(word('1234567890123456'), 'weak')
  assert.equal(word('Password12345'), 'weak')
})

test('the person’s own name and address help little', () => {
  assert.equal(word('lovelace2026!', ['Ada Lovelace', 'ada@example.net']), 'weak')
  assert.match(passwordStrength('lovelace2026!', ['Ada Lovelace']).advice!, /people try first/)
})
