import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { basisText, money } from '../cost/cost-words.ts'
import { isForeseen, type CostForecast, type CostShown } from '../cost/cost-forecast.ts'
import { formatPercent, short } from '../format.ts'
import { Panel } from '../ui/page.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { serverPath } from './server-query.ts'
import type { ServerDetail } from './server-types.ts'

/** What a server takes and costs, and what that rests on. */
export function ServerCost({ server }: { server: ServerDetail }) {
  const cost = useQuery({
    queryKey: ['cost', 'server', server.id],
    queryFn: ({ signal }) => api.get<CostShown>(`${serverPath(server.id)}/cost`, {}, signal),
  })
  const forecast = useQuery({
    queryKey: ['cost', 'forecast', server.id],
    queryFn: ({ signal }) => api.get<CostForecast>('/cost/forecast', { server: server.id }, signal),
  }).data
  return (
    <Panel title="Power and cost, this month">
      <QueryView query={cost} lines={3}>
        {({ profile, amounts, missing }) => (
          <dl className="grid grid-cols-[7.5rem_minmax(0,1fr)] gap-y-1 px-4 py-2.5">
            <dt className="text-muted">Draws now</dt>
            <dd>{wattsText(server, profile)}</dd>
            {amounts.map((amount) => (
              <Spent key={amount.currency} amount={amount} basis={profile.basis} />
            ))}
            {forecast?.items.filter(isForeseen).map(({ currency, forecastCents, lowCents, highCents }) => (
              <div key={currency} className="contents">
                <dt className="text-muted">By its end</dt>
                <dd>
                  {money(forecastCents, currency)}{' '}
                  <span className="text-xs text-muted">
                    {money(lowCents, currency)} to {money(highCents, currency)}
                  </span>
                </dd>
              </div>
            ))}
            {missing > 0 ? (
              <dd className="col-span-2 text-warn">{missing} days are still being worked out.</dd>
            ) : null}
          </dl>
        )}
      </QueryView>
    </Panel>
  )
}

function Spent({
  amount,
  basis,
}: {
  amount: CostShown['amounts'][number]
  basis: CostShown['profile']['basis']
}) {
  const { kwh, cents, currency } = amount
  return (
    <>
      <dt className="text-muted">So far</dt>
      <dd>
        {cents === null || currency === null ? 'no tariff' : money(cents, currency)}, {short(kwh)} kWh
      </dd>
      {basis === 'host' ? null : (
        <>
          <dt className="text-muted">Rests on</dt>
          <dd>{basisText({ ...amount, basis })}</dd>
        </>
      )}
    </>
  )
}

/** Watts where they are measured; else between what they are taken to be. */
function wattsText(
  { status, latest }: ServerDetail,
  { basis, idleWatts, maxWatts, error }: CostShown['profile'],
): string {
  if (basis === 'host') return 'nothing of its own: its host does'
  const values = status === 'online' ? latest?.values : undefined
  const whole = values?.['power_watts']
  if (whole !== undefined) return `${short(whole)} W, measured`
  const parts = values?.['power_watts{covers="parts"}']
  if (parts !== undefined) return `${short(parts)} W of its processor are measured, the rest is modelled`
  if (status === 'offline') return 'nothing: it is offline'
  return `not measured; taken for ${short(idleWatts)} to ${short(maxWatts)} W by its load, give or take ${formatPercent(error * 100)}`
}
