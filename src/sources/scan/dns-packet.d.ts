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
  export function encode(packet: {
    type: 'query'
    id?: number
    flags?: number
    questions: Question[]
  }): Buffer
  export function decode(message: Buffer): {
    type: 'query' | 'response'
    answers?: Answer[]
    additionals?: Answer[]
  }
}
