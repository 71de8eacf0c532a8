import type { Database, Transaction } from '#database/schema.ts'

/**
 * A database whose transactions are part of one that is open already: what they write is there, or not, with the rest
 * of it. Whoever opened it must not go on after one of them failed.
 */
export const joinTransaction = (transaction: Transaction): Database =>
  new Proxy(transaction, {
    get(target, name) {
      if (name === 'transaction')
        return () => ({
          execute: <T>(work: (joined: Transaction) => Promise<T>): Promise<T> => work(target),
        })
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
