import { memo } from 'react'
import { sparkPath } from './spark-path.ts'

interface SparklineProps {
  values: readonly (number | null)[]
  /** What is at the top of it. */
  most: number
  label: string
  width?: number
  height?: number
}

/** A line of a few values, as small as a word; where nothing was told it is broken. */
export const Sparkline = memo(function Sparkline({
  values,
  most,
  label,
  width = 88,
  height = 20,
}: SparklineProps) {
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
      className="block text-accent"
    >
      <path
        d={sparkPath(values, most, width, height)}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.25"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  )
})
