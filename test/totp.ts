import { createHmac } from 'node:crypto'
import { systemClock, toMilliseconds } from '#kernel/clock.ts'

/** The code that an authenticator app shows now for an `otpauth:` address (RFC 6238: SHA-1, six digits, 30 seconds). */
export function totpCode(otpauth: string, at: number = toMilliseconds(systemClock.now())): string {
  const key = fromBase32(new URL(otpauth).searchParams.get('secret') ?? '')
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)))
  const digest = createHmac('sha1', key).update(counter).digest()
  const number = digest.readUInt32BE(digest.at(-1)! & 0xf) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}

function fromBase32(text: string): Buffer {
  const bits = [...text.replace(/=+$/, '')]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? [])
}
