-- Findings that fall short, of this school year's visits to tuition providers: how many, and the first hundred.
with found as (
  select f.id, f.seen, s.code, r.name, v.planned_for
  from finding f
  join rating g on g.id = f.rating_id
  join visit v on v.id = f.visit_id
  join provider r on r.id = f.provider_id
  join provider visited on visited.id = v.provider_id
  join standard s on s.id = f.standard_id
  where g.falls_short and v.completed_at >= '{since}T00:00:00Z' and visited.kind = 'tuition'
)
select json_build_object(
  'totalCount', (select count(*) from found),
  'rows', (
    select coalesce(json_agg(json_build_object('id', 'finding:' || id, 'seen', seen, 'standard', json_build_object('code', code),
      'provider', json_build_object('name', name), 'visit', json_build_object('plannedFor', planned_for)) order by id), '[]')
    from (select * from found order by id limit 100) page)) as findings
