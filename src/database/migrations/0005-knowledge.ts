import type { Migration } from '#database/migration.ts'

/** Articles, issues and embeddings: requirement 004. */
export const knowledge: Migration = {
  up: (t) => [
    `create table kb_articles (
      id ${t.id},
      source_identifier ${t.text} not null,
      source_id ${t.text} not null,
      space_key ${t.text},
      title ${t.text} not null,
      body_text ${t.text},
      body_html ${t.text},
      url ${t.text},
      parent_id ${t.text},
      labels ${t.json} not null,
      created_at ${t.text},
      last_updated ${t.text},
      cached_at ${t.text} not null,
      unique (source_identifier, source_id)
    )`,
    'create index kb_articles_space on kb_articles (space_key)',
    'create index kb_articles_title on kb_articles (title)',
    'create index kb_articles_updated on kb_articles (last_updated desc)',
    `create table issues (
      id ${t.id},
      source_identifier ${t.text} not null,
      issue_key ${t.text} not null,
      project_key ${t.text},
      issue_type ${t.text},
      summary ${t.text},
      description ${t.text},
      status ${t.text},
      resolution ${t.text},
      assignee ${t.text},
      reporter ${t.text},
      priority ${t.text},
      labels ${t.json} not null,
      comments ${t.json} not null,
      created_at ${t.text},
      updated_at ${t.text},
      resolved_at ${t.text},
      cached_at ${t.text} not null,
      unique (source_identifier, issue_key)
    )`,
    'create index issues_project on issues (project_key)',
    'create index issues_status on issues (status)',
    'create index issues_resolution on issues (resolution)',
    'create index issues_resolved on issues (resolved_at desc)',
    `create table embeddings (
      id ${t.id},
      content_type ${t.text} not null,
      content_id ${t.bigint} not null,
      chunk_index ${t.integer} not null,
      text_content ${t.text} not null,
      embedding_vector ${t.blob} not null,
      embedding_model ${t.text} not null,
      created_at ${t.text} not null
    )`,
    'create index embeddings_content on embeddings (content_type, content_id)',
    'create index embeddings_model on embeddings (embedding_model)',
  ],
  down: () => ['drop table embeddings', 'drop table issues', 'drop table kb_articles'],
}
