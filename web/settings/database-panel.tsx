import type { ReactNode } from 'react'
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { formatBytes, formatDuration, formatNumber } from '../format.ts'
import { Badge } from '../ui/badge.tsx'
import { Panel } from '../ui/page.tsx'
import { QueryView } from '../ui/query-view.tsx'

interface DatabaseStatus {
  engine: 'sqlite' | 'postgres'
  url: string
  bytes: number
  logBytes: number | null
  schema: string | null
  pending: string[]
  tables: { table: string; rows: number; isEstimate: boolean }[]
  backupDirectory: string
  keyFile: { path: string; ids: string[] } | null
  nodes: { id: string; hostname: string; pid: number; roles: string[] }[]
}

interface Health {
  version: string
  uptimeSeconds: number
}

/** What runs, on what, and how big it has become. */
export function DatabasePanel() {
  const status = useQuery({
    queryKey: ['db'],
    queryFn: ({ signal }) => api.get<DatabaseStatus>('/db', undefined, signal),
    staleTime: 30_000,
  })
  const health = useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => api.get<Health>('/system/health', undefined, signal),
  }).data
  return (
    <Panel title="This installation">
      <QueryView query={status}>
        {(database) => (
          <dl className="grid grid-cols-[minmax(7rem,11rem)_minmax(0,1fr)] gap-x-4 gap-y-1.5 px-4 py-3">
            {health ? (
              <Line name="Rollcall">
                {health.version}, running for {formatDuration(health.uptimeSeconds * 1_000)}
              </Line>
            ) : null}
            <Line name="Database">
              {database.engine === 'sqlite' ? 'SQLite' : 'PostgreSQL'}{' '}
              <code className="font-mono text-xs text-muted">{database.url}</code>
            </Line>
            <Line name="Size">
              {formatBytes(database.bytes)}
              {database.logBytes === null ? null : (
                <span className="text-muted"> and a log of {formatBytes(database.logBytes)}</span>
              )}
            </Line>
            <Line name="Schema">
              {database.schema ?? 'none'}
              {database.pending.length > 0 ? (
                <Badge tone="warn" className="ml-2">
                  {database.pending.length} to come
                </Badge>
              ) : null}
            </Line>
            <Line name="Backups go to">
              <code className="font-mono text-xs break-all">{database.backupDirectory}</code>
            </Line>
            {database.keyFile ? (
              <Line name="Key file">
                <code className="font-mono text-xs break-all">{database.keyFile.path}</code>
                <span className="block text-xs text-muted">
                  No backup holds it. Keep it apart: without it the secrets in a backup cannot be read.
                </span>
              </Line>
            ) : null}
            <Line name="Processes">
              {database.nodes.map(({ id, hostname, pid, roles }) => (
                <span key={id} className="block">
                  {hostname} <span className="text-muted">process {pid}</span>{' '}
                  {roles.map((role) => (
                    <Badge key={role} className="mr-1">
                      {role}
                    </Badge>
                  ))}
                </span>
              ))}
            </Line>
            <Line name="Rows">
              <TableSizes tables={database.tables} />
            </Line>
          </dl>
        )}
      </QueryView>
    </Panel>
  )
}

function TableSizes({ tables }: Pick<DatabaseStatus, 'tables'>) {
  return (
    <ul className="grid max-w-2xl grid-cols-1 gap-x-8 sm:grid-cols-2">
      {tables
        .filter(({ rows }) => rows > 0)
        .toSorted((left, right) => right.rows - left.rows)
        .slice(0, 12)
        .map(({ table, rows, isEstimate }) => (
          <li key={table} className="flex justify-between gap-2 text-xs">
            <code className="truncate font-mono">{table}</code>
            <span>
              {isEstimate ? '≈ ' : ''}
              {formatNumber(rows)}
            </span>
          </li>
        ))}
    </ul>
  )
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}
