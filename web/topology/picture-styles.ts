import {
  layerDashed,
  layerFill,
  pathLine,
  sdfCircle,
  sdfDiamond,
  sdfSquare,
  sdfTriangle,
} from 'sigma/rendering'
import { whole, type Palette } from './picture-colours.ts'

/** The shapes and lines that there are. */
export const primitives = {
  nodes: {
    shapes: [sdfCircle(), sdfSquare({ cornerRadius: 0.25 }), sdfTriangle(), sdfDiamond()],
    layers: [layerFill()],
  },
  edges: {
    paths: [pathLine()],
    layers: [
      layerDashed({
        dashSize: { attribute: 'dash', mode: 'pixels', default: 10 },
        // Half a dash further, lines without gaps have none in their middle either.
        dashOffset: { value: whole / 2, mode: 'pixels' },
        gapSize: { attribute: 'gap', mode: 'pixels', default: 0 },
      }),
    ],
  },
} as const

const font = 'ui-sans-serif, system-ui, sans-serif'

/** A value that hangs on a state of the thing, as sigma reads it. */
const when = (state: string, yes: unknown, no: unknown) =>
  // oxlint-disable-next-line unicorn/no-thenable -- its name for the value, and nobody awaits it
  ({ whenState: state, then: yes, else: no })

/** Every value hangs on the thing alone, so that panning and hovering draw again and work nothing out. */
export const stylesOf = (palette: Palette) => ({
  nodes: {
    x: { attribute: 'x' },
    y: { attribute: 'y' },
    size: { attribute: 'size' },
    color: { attribute: 'color' },
    shape: { attribute: 'shape' },
    opacity: when('isDim', 0.18, { attribute: 'opacity' }),
    depth: when('isLit', 'topNodes', 'nodes'),
    label: { attribute: 'label' },
    labelColor: palette.ink,
    labelFont: font,
    labelSize: 11,
    labelPosition: { attribute: 'labelPosition' },
    labelVisibility: when('isDim', 'hidden', when('isLit', 'visible', 'auto')),
    backdropVisibility: when('isDim', 'hidden', { attribute: 'ring' }),
    backdropArea: 'node',
    backdropColor: palette.ground,
    backdropBorderColor: palette.bad,
    backdropBorderWidth: 2,
    backdropPadding: 2,
    backdropShadowBlur: 0,
    backdropShadowColor: 'rgba(0,0,0,0)',
    cursor: 'pointer',
  },
  edges: {
    dash: { attribute: 'dash' },
    gap: { attribute: 'gap' },
    size: when('isLit', 2.6, { attribute: 'size' }),
    color: when('isLit', palette.accent, { attribute: 'color' }),
    opacity: when('isDim', 0.12, when('isLit', 1, { attribute: 'opacity' })),
    depth: when('isLit', 'topEdges', 'edges'),
    label: { attribute: 'label' },
    labelColor: palette.ink,
    labelFont: font,
    labelSize: 10,
    labelBackgroundColor: palette.ground,
    labelBackgroundPadding: 2,
    labelVisibility: when('isTold', 'visible', 'hidden'),
  },
})
