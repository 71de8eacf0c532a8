/** What the requirements ask of the schema, by table: columns, in their words. Widened keys have source_identifier. */
export const requiredColumns: Readonly<Record<string, string>> = {
  hosts:
    'mac hostname ip_addresses source switch_port status host_type first_seen last_seen discovery_run_id netbox_id notes device_id',
  sync_runs: 'id started_at completed_at status source_system source_identifier',
  discovery_runs: 'id started_at completed_at status',
  servers:
    'id hostname display_name ip_address status os_distribution os_version kernel_version architecture tdp_watts last_seen created_at updated_at device_id condition',
  metrics:
    'id server_id timestamp cpu_percent memory_percent memory_total_mb memory_used_mb disk_percent disk_total_gb disk_used_gb network_rx_bytes network_tx_bytes load_1m load_5m load_15m uptime_seconds',
  jobs: 'id name original_command status total_rows processed_rows successful_rows failed_rows total_cost_cents created_at started_at completed_at scheduled_for device_id error_code error_message',
  job_rows:
    'id job_id row_number row_checksum status review device_id cost_cents error_code error_message created_at processed_at',
  audit_logs: 'id job_id timestamp level event_type message details row_number',
  job_logs: 'id job_id message level timestamp',
  connection_logs: 'id job_id device_id log timestamp',
  credentials: 'id username password priority last_used success_rate',
  credential_tags: 'credential_id tag_id',
  tags: 'id name type',
  device_tags: 'device_id tag_id',
  system_settings: 'id key value description',
  devices:
    'id name device_type source_system source_identifier source_id status metadata first_seen last_seen created_at updated_at ip_address driver site rack owner custom',
  device_relationships:
    'id parent_device_id child_device_id relationship_type metadata created_at updated_at',
  sync_metadata:
    'id source_system source_identifier last_sync_start last_sync_complete last_sync_status sync_duration_seconds devices_added devices_updated devices_removed error_message created_at updated_at',
  vms: 'id device_id instance_uuid guest_os cpu_count memory_mb power_state tools_running ip_addresses disks snapshots total_disk_capacity_bytes total_snapshot_size_bytes',
  network_interfaces:
    'id device_id interface_name mac_address ip_addresses speed_mbps status interface_type metadata',
  storage_volumes:
    'id device_id source_system source_identifier source_id name volume_type capacity_bytes used_bytes storage_array raid_level thin_provisioned metadata created_at updated_at',
  device_configs: 'id device_id config_text config_hash version retrieved_at source_system metadata',
  device_config_texts: 'id device_id version config_text',
  server_facts: 'id device_id fact_name fact_value collected_at',
  kb_articles:
    'id source_identifier source_id space_key title body_text body_html url parent_id labels created_at last_updated cached_at',
  issues:
    'id source_identifier issue_key project_key issue_type summary description status resolution assignee reporter priority labels comments created_at updated_at resolved_at cached_at',
  embeddings:
    'id content_type content_id chunk_index text_content embedding_vector embedding_model created_at',
  sync_history:
    'id sync_id source_system source_identifier operation device_id change_type old_value new_value performed_by performed_at metadata',
  netbox_sync_approvals:
    'id sync_batch_id device_id action netbox_object_type netbox_object_id proposed_changes approval_status approved_by approved_at applied_at rollback_data',
  source_records:
    'id source_system source_identifier source_id normalized content_hash first_run_id last_run_id missing_run_id',
  device_links: 'id record_id device_id evidence score decided_by decided_at undone_at',
}

/** Table and leading columns. */
export const requiredIndexes: readonly (readonly [string, ...string[]])[] = [
  ['hosts', 'mac'],
  ['metrics', 'server_id', 'timestamp'],
  ['metrics', 'timestamp'],
  ['jobs', 'status'],
  ['jobs', 'created_at'],
  ['job_rows', 'job_id', 'status'],
  ['audit_logs', 'job_id'],
  ['audit_logs', 'timestamp'],
  ['devices', 'device_type'],
  ['devices', 'name'],
  ['devices', 'status'],
  ['devices', 'last_seen'],
  ['device_relationships', 'parent_device_id'],
  ['device_relationships', 'child_device_id'],
  ['device_relationships', 'relationship_type'],
  ['sync_metadata', 'last_sync_complete'],
  ['vms', 'instance_uuid'],
  ['vms', 'power_state'],
  ['network_interfaces', 'device_id'],
  ['network_interfaces', 'mac_address'],
  ['network_interfaces', 'status'],
  ['storage_volumes', 'device_id'],
  ['storage_volumes', 'storage_array'],
  ['storage_volumes', 'volume_type'],
  ['device_configs', 'device_id', 'version'],
  ['device_configs', 'config_hash'],
  ['device_configs', 'retrieved_at'],
  ['server_facts', 'device_id', 'fact_name'],
  ['server_facts', 'fact_name'],
  ['kb_articles', 'space_key'],
  ['kb_articles', 'title'],
  ['kb_articles', 'last_updated'],
  ['issues', 'project_key'],
  ['issues', 'status'],
  ['issues', 'resolution'],
  ['issues', 'resolved_at'],
  ['embeddings', 'content_type', 'content_id'],
  ['embeddings', 'embedding_model'],
  ['sync_history', 'sync_id'],
  ['sync_history', 'source_system'],
  ['sync_history', 'device_id'],
  ['sync_history', 'performed_at'],
  ['netbox_sync_approvals', 'sync_batch_id'],
  ['netbox_sync_approvals', 'device_id'],
  ['netbox_sync_approvals', 'approval_status'],
  ['netbox_sync_approvals', 'approved_at'],
]

/** Table and all columns of a key of which there may be one only. */
export const requiredKeys: readonly (readonly [string, ...string[]])[] = [
  ['hosts', 'mac'],
  ['metrics', 'server_id', 'timestamp'],
  ['job_rows', 'job_id', 'row_number'],
  ['tags', 'name'],
  ['system_settings', 'key'],
  ['devices', 'source_system', 'source_identifier', 'source_id'],
  ['sync_metadata', 'source_system', 'source_identifier'],
  ['vms', 'device_id'],
  ['storage_volumes', 'source_system', 'source_identifier', 'source_id'],
  ['kb_articles', 'source_identifier', 'source_id'],
  ['issues', 'source_identifier', 'issue_key'],
]
