import { useState, type ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import { CopyText } from '../ui/copy-text.tsx'
import { Tabs } from '../ui/tabs.tsx'

const ways = [
  ['agent', 'Rollcall’s agent'],
  ['telegraf', 'Telegraf'],
  ['prometheus', 'Prometheus'],
  ['curl', 'Anything else'],
] as const
type Way = (typeof ways)[number][0]

const origin = () => location.origin

const telegraf = () => `[[outputs.influxdb]]
  urls = ["${origin()}/api/v1/influx"]
  skip_database_creation = true
  http_headers = { Authorization = "Bearer YOUR_TOKEN" }`

const prometheus = () => `remote_write:
  - url: ${origin()}/api/v1/write
    authorization: { credentials: YOUR_TOKEN }`

const curl = () =>
  `curl -fsS ${origin()}/api/v1/agents/heartbeat -H 'Authorization: Bearer YOUR_TOKEN' -H 'Content-Type: application/json' -d '{"server_id":"nas-01","metrics":{"cpu_percent":3.1,"memory_percent":40}}'`

/** The ways in which a machine can answer the roll call; `agent` is the one of ours. */
export function InstallTabs({ agent }: { agent: ReactNode }) {
  const [way, setWay] = useState<Way>('agent')
  return (
    <>
      <Tabs<Way> label="How it reports" value={way} tabs={ways} onValue={setWay} />
      <div className="flex flex-col gap-2.5">
        {way === 'agent' ? (
          agent
        ) : way === 'telegraf' ? (
          <>
            <p>Add this to the Telegraf you run; each host becomes a server.</p>
            <Lines text={telegraf()} label="Telegraf configuration" />
            <NeedsToken />
          </>
        ) : way === 'prometheus' ? (
          <>
            <p>Let the Prometheus that reads your node_exporters pass on what it reads.</p>
            <Lines text={prometheus()} label="Prometheus configuration" />
            <NeedsToken />
          </>
        ) : (
          <>
            <p>
              One request is one heartbeat; only <code className="font-mono text-xs">server_id</code> is
              needed.
            </p>
            <CopyText text={curl()} label="the command" />
            <NeedsToken />
          </>
        )}
      </div>
    </>
  )
}

function Lines({ text, label }: { text: string; label: string }) {
  return (
    <pre
      aria-label={label}
      className="rounded-md border bg-sunken px-3 py-2 font-mono text-xs break-all whitespace-pre-wrap select-all"
    >
      {text}
    </pre>
  )
}

const NeedsToken = () => (
  <p className="text-xs text-muted">
    YOUR_TOKEN is a token that may send metrics:{' '}
    <Link to="/settings" search={{ part: 'tokens' }} className="text-accent underline">
      make one
    </Link>
    .
  </p>
)
