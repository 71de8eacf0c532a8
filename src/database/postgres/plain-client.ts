import pg from 'pg'
import { fromPostgresError } from '#database/postgres/postgres-errors.ts'
import { postgresServer } from '#database/postgres/postgres-url.ts'

const asText = (value: string): string => value

/** One connection beside the pools, which gives every value as the text that the server sends. */
export interface PlainClient {
  query<Row>(text: string, parameters?: readonly unknown[]): Promise<Row[]>
  end(): Promise<void>
}

/** Connects for work that needs a connection of its own: a backup, a restore. */
export async function connectPlainly(url: string, name: string): Promise<PlainClient> {
  const server = postgresServer(url)
  const client = new pg.Client({
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    types: { getTypeParser: () => asText },
  })
  // A lost connection fails the query that runs; without an ear here it would end the process.
  client.on('error', () => {})
  const translate = (error: unknown): never => {
    throw fromPostgresError(error, server)
  }
  await client.connect().catch(translate)
  return {
    async query<Row>(text: string, parameters: readonly unknown[] = []) {
      const { rows } = await client.query(text, [...parameters]).catch(translate)
      return rows as Row[]
    },
    end: () => client.end(),
  }
}
