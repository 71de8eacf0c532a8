import { confirm, isCancel } from '@clack/prompts'

/** Asks who sits at the terminal for a yes or a no; leaving the question is a no. */
export async function askPerson(question: string): Promise<boolean> {
  const answer = await confirm({ message: question })
  return !isCancel(answer) && answer
}
