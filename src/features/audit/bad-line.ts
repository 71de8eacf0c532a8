/** What is wrong, and with which line of the trail: the first one where something is. */
export interface BadLine {
  id: number
  reason: string
}
