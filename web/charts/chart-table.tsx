import { Fragment } from 'react'
import { isTold, type ChartData } from './chart-data.ts'
import { bucketLabel } from './time-labels.ts'
import { formatIn } from './unit.ts'

/** The figures of a chart, newest first; stretches in which nothing was told are one line. */
export function ChartTable({ label, data }: { label: string; data: ChartData }) {
  const { times, step, series, unit } = data
  const rows = times.map((_, index) => index).toReversed()
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by the keyboard
    <section className="max-h-72 overflow-auto" tabIndex={0} aria-label={`${label}, figures`}>
      <table aria-label={label} className="w-full text-left text-xs">
        <thead className="sticky top-0 bg-surface">
          <tr className="text-muted">
            <th scope="col" className="px-4 py-1 font-medium">
              Time
            </th>
            {series.map(({ name, min }) => (
              <Fragment key={name}>
                <th scope="col" className="px-2 py-1 text-right font-medium">
                  {name}
                </th>
                {min ? (
                  <th scope="col" className="px-2 py-1 pr-4 text-right font-medium">
                    lowest to highest
                  </th>
                ) : null}
              </Fragment>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y">
          {rows
            .filter((index) => isTold(data, index) || (index > 0 && isTold(data, index - 1)))
            .map((index) => (
              <tr key={index}>
                <th scope="row" className="px-4 py-0.5 font-normal whitespace-nowrap text-muted">
                  {bucketLabel(times[index]!, step)}
                </th>
                {series.map(({ name, avg, min, max }) => (
                  <Fragment key={name}>
                    <td className="px-2 py-0.5 text-right">{formatIn(unit, avg[index])}</td>
                    {min && max ? (
                      <td className="px-2 py-0.5 pr-4 text-right text-muted">
                        {min[index] === null
                          ? ''
                          : `${formatIn(unit, min[index])} to ${formatIn(unit, max[index])}`}
                      </td>
                    ) : null}
                  </Fragment>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  )
}
