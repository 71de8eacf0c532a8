import { useState, type FormEvent } from 'react'
import { api } from '../api.ts'
import { queryClient } from '../query-client.ts'
import { sessionQuery } from '../session.ts'
import { SignInError } from '../sign-in/sign-in-error.tsx'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'

/** Another name for oneself, as others see it. */
export function OwnName({ name, onDone }: { name: string; onDone(): void }) {
  const [chosen, setChosen] = useState(name)
  const action = useAction(async () => {
    await api.patch('/me', { name: chosen })
    await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
    sayDone('Your name is changed')
    onDone()
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run()
  }
  return (
    <form onSubmit={submit} noValidate className="flex max-w-sm flex-col gap-3.5 px-4 py-4">
      <TextField
        label="Name"
        autoComplete="name"
        aria-required
        value={chosen}
        onChange={(event) => setChosen(event.target.value)}
      />
      <SignInError error={action.error} wait={0} />
      <div className="flex gap-2">
        <Button type="submit" look="primary" busy={action.busy} disabled={chosen.trim() === ''}>
          Change name
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </form>
  )
}
