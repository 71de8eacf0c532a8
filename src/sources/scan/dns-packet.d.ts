/** The part of npm `dns-packet` that name look-ups use; the package brings no types of its own. */
declare module 'dns-packet' {
  export interface Question {
    type: string
    class?: string
    name: string
  }
  export interface Answer {
    type: string
    name: string
    data: unknown
  }
  export const RECURSION_DESIRED: number
  export function encode(packet: {
    type: 'query' | 'response'
    id?: number
    flags?: number
    questions: Question[]
    answers?: Answer[]
  }): Buffer
  export function decode(message: Buffer): {
    type: 'query' | 'response'
    id?: number
    /** `NOERROR`, `NXDOMAIN` and their like. */
    rcode?: string
    /** It was too long for one packet. */
    flag_tc?: boolean
    questions?: Question[]
    answers?: Answer[]
    additionals?: Answer[]
  }
}
