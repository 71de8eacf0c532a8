import { BackupsPanel } from './backups-panel.tsx'
import { DatabasePanel } from './database-panel.tsx'
import { DoctorPanel } from './doctor-panel.tsx'
import { MaintenancePanel } from './maintenance-panel.tsx'

/** Whether this installation is well, and what keeps it so. */
export function SystemPart() {
  return (
    <>
      <DoctorPanel />
      <BackupsPanel />
      <MaintenancePanel />
      <DatabasePanel />
    </>
  )
}
