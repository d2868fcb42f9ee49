-- Every provider with what its standing follows from.
select 'provider:' || r.id as id, r.name, upper(r.kind) as kind, r.next_visit_due_on as "nextVisitDueOn", r.telephone,
  (select coalesce(json_agg(json_build_object('id', 'approval:' || a.id, 'state', upper(a.state), 'reason', a.reason,
      'startsOn', a.starts_on, 'visit',
      (select json_build_object('id', 'visit:' || v.id, 'plannedFor', v.planned_for) from visit v where v.id = a.visit_id))), '[]')
    from approval a where a.provider_id = r.id and a.ends_on is null) as approvals,
  (select coalesce(json_agg(json_build_object('id', 'improvement_action:' || a.id, 'area', a.area, 'action', a.action,
      'owner', a.owner, 'dueOn', a.due_on, 'rag', upper(a.rag), 'state', upper(a.state)) order by a.due_on, a.id), '[]')
    from improvement_action a where a.provider_id = r.id and a.state <> 'closed') as actions,
  (select coalesce(json_agg(json_build_object('id', 'visit:' || v.id, 'purpose', v.purpose, 'plannedFor', v.planned_for,
      'plannedAt', v.planned_at, 'state', upper(v.state), 'reportState', upper(v.report_state),
      'scrutinyEndsOn', v.scrutiny_ends_on) order by v.planned_for desc, v.id), '[]')
    from (select * from visit v where v.provider_id = r.id
      and (v.state in ('planned', 'in_progress') or v.report_state in ('with_provider', 'amendments_suggested'))
      order by v.planned_for desc, v.id limit 20) v) as visits,
  (select coalesce(json_agg(json_build_object('documentType', json_build_object('id', 'document_type:' || p.document_type_id),
      'document', json_build_object('id', 'document:' || d.id, 'title', d.title, 'state', upper(d.state), 'startsOn', d.starts_on,
      'expiresOn', d.expires_on, 'createdAt', to_char(d.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'reviewReason', d.review_reason, 'file', json_build_object('state', upper(f.state)))) order by p.id), '[]')
    from document_proof p join document d on d.id = p.document_id join file f on f.id = d.file_id
    where p.provider_id = r.id and d.state <> 'withdrawn') as "documentProofs",
  json_build_object('totalCount',
    (select count(*) from placement p where p.provider_id = r.id and p.state = 'active')) as placements,
  (select coalesce(json_agg(json_build_object('name', c.name, 'role', upper(c.role), 'telephone', c.telephone, 'email', c.email)
      order by c.starts_on desc, c.id), '[]')
    from contact c where c.provider_id = r.id and c.ends_on is null and c.role in ('key_contact', 'head')) as contacts
from provider r
order by r.name, r.id
