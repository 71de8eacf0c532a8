import type { SecretBox } from '#features/context.ts'
import { noHash } from '#features/audit/line-hash.ts'
import type { Database } from '#database/schema.ts'

/** Signs the end of the chain; keys of the key file. */
export type AuditSigner = Pick<SecretBox, 'mac' | 'checkMac'>

/** Where the chain ends. */
export interface ChainHead {
  databaseId: string
  /** The last line; 0 where there is none. */
  id: number
  hash: string
  mac: string
  keyId: string
}

const purpose = 'audit head'

/**
 * Signers by what all transactions of one open database have in common, so that whoever writes a line need not carry
 * a key to it.
 */
const signers = new WeakMap<object, AuditSigner>()

const handleOf = (db: Database): object => db.getExecutor().adapter

/** From here on the end of the chain is signed by whatever is written through this database. */
export const signAuditWith = (db: Database, signer: AuditSigner): void =>
  void signers.set(handleOf(db), signer)

/** The signer of an open database or of a transaction on it. */
export const signerOf = (db: Database): AuditSigner | undefined => signers.get(handleOf(db))

const textOf = ({ databaseId, id, hash }: Omit<ChainHead, 'mac' | 'keyId'>): string =>
  `${databaseId}\n${id}\n${hash}`

/** The signature of an end of the chain. */
export const signHead = (
  signer: AuditSigner,
  head: Omit<ChainHead, 'mac' | 'keyId'>,
): { mac: string; keyId: string } => signer.mac(purpose, textOf(head))

/** Whether an end of the chain is one that we wrote. One that was never written needs no signature. */
export function checkHead(signer: AuditSigner, head: ChainHead): 'good' | 'wrong' | 'unknown key' {
  if (head.id === 0 && head.hash === noHash && head.keyId === '') return 'good'
  return head.keyId === '' ? 'wrong' : signer.checkMac(purpose, textOf(head), head)
}
