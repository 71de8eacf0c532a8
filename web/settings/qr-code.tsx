import { useMemo } from 'react'
import { encode } from 'uqr'

/** A QR code, drawn here: what it says leaves the browser for nobody. Black on white in dark themes too, for cameras. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const { data, size: width } = encode(text, { ecc: 'M', border: 2 })
    const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
    return { size: width, path: squares.join('') }
  }, [text])
  return (
    <svg
      viewBox={`0 0 ${size} ${size}`}
      className="size-52 self-center rounded-lg border bg-white"
      shapeRendering="crispEdges"
    >
      <title>{label}</title>
      <path d={path} fill="#000" />
    </svg>
  )
}
