import { setTimeout as pause } from 'node:timers/promises'
import type { AppError } from '#kernel/errors.ts'
import { openAgent } from '#sources/snmp/open-agent.ts'
import { snmpSettings } from '#sources/snmp/settings.ts'
import { openSnmp } from '#test/fakes/snmp-world.ts'
import type { Outcome } from '#test/snmp-lab.ts'
import { readAll } from '#test/source-contract.ts'

// Runs within the network namespace of the lab, where the daemon listens on loopback.
const logins = JSON.parse(process.argv[2]!) as object[]
const settings = snmpSettings.parse({ targets: ['127.0.0.1'], timeout: 1000, ...logins[0] })
const agent = openAgent(settings, '127.0.0.1')
const remoteChassis = '1.0.8802.1.1.2.1.4.1.1.5'
// lldpd answers through snmpd as soon as the two have found each other.
for (let tries = 0; tries < 50; tries += 1) {
  const { rows } = await agent.walk(remoteChassis, 1, new AbortController().signal)
  if (rows.size > 0) break
  await pause(100)
}
await agent.close()
const outcomes: Outcome[] = []
for (const login of logins) {
  const source = openSnmp({ targets: ['127.0.0.1'], timeout: 1000, ...login })
  outcomes.push(
    await readAll(source).then(
      (reading) => ({ reading }),
      ({ code, message }: AppError) => ({ code, message }),
    ),
  )
}
process.stdout.write(JSON.stringify(outcomes))
