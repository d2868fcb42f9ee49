-- Every school, its partnership, and how many placements of its pupils run, are past their date, began and ended.
select 'school:' || s.id as id, s.name,
  (select coalesce(json_agg(json_build_object('partnership', json_build_object('id', 'partnership:' || g.id, 'name', g.name))), '[]')
    from (select * from school_membership m where m.school_id = s.id and m.starts_on <= '{day}'
      and (m.ends_on is null or m.ends_on > '{day}') order by m.starts_on, m.id limit 1) m
    join partnership g on g.id = m.partnership_id) as memberships,
  json_build_object('totalCount', coalesce(n.running, 0)) as running,
  json_build_object('totalCount', coalesce(n.past, 0)) as past,
  json_build_object('totalCount', coalesce(n.started, 0)) as started,
  json_build_object('totalCount', coalesce(n.ended, 0)) as ended
from school s
left join (
  select on_roll_school_id, count(*) filter (where state = 'active') as running,
    count(*) filter (where state = 'active' and target_ends_on < '{day}') as past,
    count(*) filter (where starts_on between '{since}' and '{day}' and state in ('active', 'ended')) as started,
    count(*) filter (where ended_on >= '{since}') as ended
  from placement group by on_roll_school_id
) n on n.on_roll_school_id = s.id
order by s.name, s.id
