import { BackupsPanel } from './backups-panel.tsx'
import { DatabasePanel } from './database-panel.tsx'
import { DoctorPanel } from './doctor-panel.tsx'
import { MaintenancePanel } from './maintenance-panel.tsx'
import { useMay } from '../session.ts'

/** Whether this installation is well, and what keeps it so. */
export function SystemPart() {
  const mayManage = useMay('system.manage')
  return (
    <>
      <DoctorPanel />
      <BackupsPanel mayManage={mayManage} />
      {mayManage ? <MaintenancePanel /> : null}
      <DatabasePanel />
    </>
  )
}
