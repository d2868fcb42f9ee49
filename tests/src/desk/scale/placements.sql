-- The placements that run, the one that reaches its target end date first before others: as many as the dashboard reads.
select 'placement:' || p.id as id, p.starts_on as "startsOn", p.target_ends_on as "targetEndsOn",
  to_char(p.rate_pence / 100.0, 'FM999999990.00') as rate, upper(p.rate_basis) as "rateBasis",
  (select coalesce(sum(w.minutes), 0) from placement_session w where w.placement_id = p.id)::bigint as "weeklyMinutes",
  json_build_object('id', 'provider:' || r.id, 'name', r.name) as provider,
  json_build_object('id', 'pupil:' || u.id, 'initials', left(u.given_name, 1) || left(u.family_name, 1), 'yearGroup', u.year_group,
    'primaryNeed', upper(u.primary_need)) as pupil,
  json_build_object('id', 'school:' || s.id, 'name', s.name, 'memberships',
    (select coalesce(json_agg(json_build_object('partnership', json_build_object('id', 'partnership:' || g.id, 'name', g.name))), '[]')
      from (select * from school_membership m where m.school_id = s.id and m.starts_on <= '{day}'
        and (m.ends_on is null or m.ends_on > '{day}') order by m.starts_on, m.id limit 1) m
      join partnership g on g.id = m.partnership_id)) as "onRollSchool",
  (select coalesce(json_agg(json_build_object('weekday', upper(w.weekday)) order by w.starts_at, w.id), '[]')
    from placement_session w where w.placement_id = p.id) as sessions
from placement p
join provider r on r.id = p.provider_id
join pupil u on u.id = p.pupil_id
join school s on s.id = p.on_roll_school_id
where p.state = 'active'
order by p.target_ends_on, p.id
limit 2000
