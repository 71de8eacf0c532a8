import { memo, useLayoutEffect, useRef } from 'react'
import { heatColour } from './heat-colours.ts'

interface HeatStripProps {
  values: readonly (number | null)[]
  /** What is as hot as it gets. */
  most: number
  isDark: boolean
}

/** Values over time as a strip of colours; where nothing was told it is empty. What it says stands beside it in words. */
export const HeatStrip = memo(function HeatStrip({ values, most, isDark }: HeatStripProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useLayoutEffect(() => {
    const element = canvas.current!
    const width = Math.max(1, values.length)
    element.width = width
    element.height = 1
    const context = element.getContext('2d')
    if (!context) return
    const image = context.createImageData(width, 1)
    for (const [index, value] of values.entries()) {
      if (value === null) continue
      image.data.set([...heatColour(most === 0 ? 0 : value / most, isDark), 255], index * 4)
    }
    context.putImageData(image, 0, 0)
  }, [values, most, isDark])
  return <canvas ref={canvas} aria-hidden className="block h-full w-full [image-rendering:pixelated]" />
})
