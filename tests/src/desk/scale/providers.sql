-- The placements that run, by provider.
select json_build_array(json_build_object('value', 'provider:' || r.id, 'label', r.name)) as key, count(*) as count,
  json_build_object('rate', to_char(sum(p.rate_pence) / 100.0, 'FM999999999990.00'),
    'weeklyMinutes', sum(coalesce(w.minutes, 0))::bigint) as sum,
  json_build_object('weeklyMinutes', percentile_cont(0.5) within group (order by coalesce(w.minutes, 0))) as median
from placement p
join provider r on r.id = p.provider_id
left join (select placement_id, sum(minutes) as minutes from placement_session group by placement_id) w on w.placement_id = p.id
where p.state = 'active'
group by r.id, r.name
