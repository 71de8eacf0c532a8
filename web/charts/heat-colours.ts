/** From little to much; lighter to darker on a light ground and the other way round on a dark one, so that it needs no hue. */
const light = ['#fff6d8', '#fbcf7c', '#f08a3c', '#c53d2e', '#6d1029']
const dark = ['#26303c', '#6d2f46', '#c24a33', '#f0a03e', '#fff0b8']

type Colour = readonly [red: number, green: number, blue: number]

const read = (hex: string): Colour =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Colour

const stops = { light: light.map(read), dark: dark.map(read) }

/** The colour of a share between 0 and 1. */
export function heatColour(share: number, isDark: boolean): Colour {
  const colours = isDark ? stops.dark : stops.light
  const place = Math.max(0, Math.min(1, share)) * (colours.length - 1)
  const below = Math.min(colours.length - 2, Math.floor(place))
  const [one, other] = [colours[below]!, colours[below + 1]!]
  const part = place - below
  return one.map((value, index) => Math.round(value + (other[index]! - value) * part)) as unknown as Colour
}

/** The same as a gradient for a legend. */
export const heatGradient = (isDark: boolean): string =>
  `linear-gradient(to right, ${(isDark ? dark : light).join(', ')})`
