import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { loadKeys, type SecretKey } from '#features/access/key-file.ts'
import type { SecretBox } from '#features/context.ts'
import { AppError } from '#kernel/errors.ts'

/** `rc1.KEYID.NONCE.SEALED`: version, key id, 12-byte nonce, ciphertext with its 16-byte tag; base64url. */
const sealedText = /^rc1\.([0-9a-f]{8})\.([\w-]{16})\.([\w-]{22,})$/

const algorithm = 'aes-256-gcm'
const tagBytes = 16

/** True for text that a secret box made. */
export const isSealed = (text: string): boolean => sealedText.test(text)

const unreadable = (message: string, cause?: unknown): AppError =>
  new AppError('SECRET_UNREADABLE', message, {
    hint: 'Put back the key file that belongs to this database, or enter the secret again.',
    cause,
  })

function seal({ id, key }: SecretKey, plain: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
  // The key id is sealed in: a text moved under another id does not open.
  cipher.setAAD(Buffer.from(`rc1.${id}`))
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `rc1.${id}.${nonce.toString('base64url')}.${sealed.toString('base64url')}`
}

function open(keys: ReadonlyMap<string, Buffer>, text: string): string {
  const [, id, nonce, sealed] = sealedText.exec(text) ?? []
  if (!id || !nonce || !sealed) throw unreadable('A stored secret is damaged')
  const key = keys.get(id)
  if (!key) throw unreadable(`A stored secret was sealed with key ${id}, which the key file does not hold`)
  const bytes = Buffer.from(sealed, 'base64url')
  const decipher = createDecipheriv(algorithm, key, Buffer.from(nonce, 'base64url'), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(Buffer.from(`rc1.${id}`))
  decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes))
  try {
    return Buffer.concat([
      decipher.update(bytes.subarray(0, bytes.length - tagBytes)),
      decipher.final(),
    ]).toString('utf8')
  } catch (cause) {
    throw unreadable('A stored secret is damaged', cause)
  }
}

/** A box over keys held in memory: the first seals, all open. */
export function createSecretBox(keys: readonly [SecretKey, ...SecretKey[]]): SecretBox {
  const byId = new Map(keys.map(({ id, key }) => [id, key]))
  return { seal: (plain) => seal(keys[0], plain), open: (text) => open(byId, text), ...signing(keys, byId) }
}

/** Signatures of each purpose have a key of their own, so that one can never be taken for another. */
function signing(
  keys: readonly [SecretKey, ...SecretKey[]],
  byId: ReadonlyMap<string, Buffer>,
): Pick<SecretBox, 'mac' | 'checkMac'> {
  const derived = new Map<string, Buffer>()
  function keyFor(purpose: string, id: string, key: Buffer): Buffer {
    const name = `${id} ${purpose}`
    let found = derived.get(name)
    if (!found)
      derived.set(name, (found = Buffer.from(hkdfSync('sha256', key, '', `rollcall ${purpose}`, 32))))
    return found
  }
  const sign = (purpose: string, text: string, id: string, key: Buffer): Buffer =>
    createHmac('sha256', keyFor(purpose, id, key))
      .update(text)
      .digest()
  return {
    mac: (purpose, text) => ({
      keyId: keys[0].id,
      mac: sign(purpose, text, keys[0].id, keys[0].key).toString('hex'),
    }),
    checkMac(purpose, text, { keyId, mac }) {
      const key = byId.get(keyId)
      if (!key) return 'unknown key'
      const given = Buffer.from(mac, 'hex')
      const expected = sign(purpose, text, keyId, key)
      return given.length === expected.length && timingSafeEqual(given, expected) ? 'good' : 'wrong'
    },
  }
}

/** The box of a key file, which is made (mode 0600) on the first start. Throws SECRET_UNREADABLE with the way out. */
export function openSecretBox(keyFile: string): SecretBox {
  return createSecretBox(loadKeys(keyFile) as [SecretKey, ...SecretKey[]])
}
