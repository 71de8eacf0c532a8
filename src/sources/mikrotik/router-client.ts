/** One row of a menu: everything is text, and what is not set is not there. */
export type Row = Readonly<Record<string, string>>

/** Reads one router, by whichever of its interfaces. Throws AppErrors with a SOURCE_ code. */
export interface RouterClient {
  /** The rows of a menu (`ip/arp`), with these properties only; undefined where the release has no such menu. */
  print(menu: string, properties: readonly string[], signal: AbortSignal): Promise<Row[] | undefined>
  close(): Promise<void>
}
