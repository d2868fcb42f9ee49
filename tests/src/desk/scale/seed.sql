-- A nation: 40 authorities, each with its part of everything. What a row says is drawn from its number, so that every run has the
-- same rows. Words in braces are sizes, accounts, and the day on which is asked.
create function seeded(number bigint) returns uuid language sql immutable as
  $$ select ('01960000-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid $$;
create function dice(number bigint, throw bigint, sides bigint) returns int language sql immutable as
  $$ select abs(hashint8extended(number, throw) % sides)::int $$;
create function moment() returns timestamptz language sql immutable as $$ select timestamptz '2026-03-03 12:00:00+00' $$;

insert into local_authority (id, created_at, updated_at, version, code, name)
select seeded(n), moment(), moment(), 1, 'N' || n, 'Authority ' || n from generate_series(1, 40) n;
insert into membership (id, created_at, updated_at, version, authority_id, account_id, role, starts_on)
select seeded(n), moment(), moment(), 1, seeded(n), '{account}'::uuid, 'officer', date '2026-01-01' from generate_series(1, 40) n;
insert into partnership (id, created_at, updated_at, version, authority_id, code, name)
select seeded(n), moment(), moment(), 1, seeded(1 + (n - 1) % 40), 'P' || n, 'Partnership ' || n from generate_series(1, 80) n;
insert into school (id, created_at, updated_at, version, authority_id, name, phase, postcode)
select seeded(n), moment(), moment(), 1, seeded(1 + (n - 1) % 40), 'School ' || lpad(n::text, 3, '0'), 'secondary', 'ZZ1 1ZZ'
from generate_series(1, 240) n;
insert into school_membership (id, created_at, updated_at, version, authority_id, school_id, partnership_id, starts_on)
select seeded(n), moment(), moment(), 1, seeded(1 + (n - 1) % 40), seeded(n), seeded(1 + (n - 1) % 80), date '2024-09-01'
from generate_series(1, 240) n;

insert into provider (id, created_at, updated_at, version, authority_id, name, kind, registered, capacity, next_visit_due_on)
select seeded(n), moment(), moment(), 1, seeded(1 + (n - 1) % 40), 'Provider ' || lpad(n::text, 5, '0'),
  (array['registered_school', 'unregistered', 'construction', 'animal_care', 'motor_vehicle', 'music', 'tuition', 'outdoor',
    'broker'])[1 + dice(n, 1, 9)], dice(n, 2, 5) = 0, 4 + dice(n, 3, 60), date '{day}' - 60 + dice(n, 4, 240)
from generate_series(1, {providers}) n;
insert into contact (id, created_at, updated_at, version, authority_id, provider_id, role, name, starts_on)
select seeded(n), moment(), moment(), 1, seeded(1 + (n - 1) % 40), seeded(n), 'key_contact', 'Contact ' || n, date '2024-09-01'
from generate_series(1, {providers}) n;
insert into approval (id, created_at, updated_at, version, authority_id, provider_id, state, reason, starts_on)
select seeded(n), moment(), moment(), 1, seeded(1 + (n - 1) % 40), seeded(n),
  (array['approved', 'approved', 'approved', 'approved', 'conditional', 'not_approved', 'closed'])[1 + dice(n, 5, 7)], 'Visited.',
  date '{day}' - dice(n, 6, 400)
from generate_series(1, {providers}) n;
insert into improvement_action
  (id, created_at, updated_at, version, authority_id, provider_id, area, action, owner, due_on, rag, state)
select seeded(n), moment(), moment(), 1, p.authority_id, p.id, 'Training', 'Renew the training record.', 'The manager',
  date '{day}' - 90 + dice(n, 1, 180), (array['red', 'amber', 'green'])[1 + dice(n, 2, 3)],
  (array['open', 'reported_done', 'closed'])[1 + dice(n, 3, 3)]
from generate_series(1, {providers} * 3) n join provider p on p.id = seeded(1 + (n - 1) % {providers});

insert into pupil (id, created_at, updated_at, version, authority_id, school_id, given_name, family_name, date_of_birth, year_group,
  sen_provision, primary_need, looked_after)
select seeded(n), moment(), moment(), 1, seeded(1 + (n - 1) % 40), seeded(1 + (n - 1) % 40 + 40 * dice(n, 1, 6)),
  chr(65 + dice(n, 2, 26)) || 'la', chr(65 + dice(n, 3, 26)) || 'mple', date '2009-09-01' + dice(n, 4, 2000), 5 + dice(n, 5, 7),
  (array['none', 'sen_support', 'ehcp'])[1 + dice(n, 6, 3)],
  (array['spld', 'mld', 'semh', 'slcn', 'asd', 'oth', null])[1 + dice(n, 7, 7)], (array['yes', 'no', 'unknown'])[1 + dice(n, 8, 3)]
from generate_series(1, {pupils}) n;
insert into placement (id, created_at, updated_at, version, authority_id, pupil_id, provider_id, on_roll_school_id,
  contracting_authority_id, paying_authority_id, state, starts_on, target_ends_on, ended_on, end_reason, rate_pence, rate_basis, purpose)
select seeded(n), moment(), moment(), 1, u.authority_id, u.id, seeded(home + 40 * dice(n, 2, {providers} / 40)), u.school_id,
  u.authority_id, u.authority_id,
  (array['active', 'ended', (array['proposed', 'agreed', 'cancelled'])[1 + dice(n, 3, 3)]])[1 + n % 3],
  date '2025-06-02' + dice(n, 4, 270), date '{day}' - 150 + dice(n, 5, 400),
  case when n % 3 = 1 then date '{day}' - dice(n, 6, 250) end, case when n % 3 = 1 then 'It was done.' end,
  4500 + 100 * dice(n, 7, 120), (array['day', 'week', 'session'])[1 + dice(n, 8, 3)], 'To learn a trade'
from (select n, 1 + dice(n, 1, {pupils}) as child, 1 + dice(n, 1, {pupils}) % 40 as home from generate_series(1, {placements}) n) drawn
join pupil u on u.id = seeded(child);
insert into placement_session (id, created_at, updated_at, version, authority_id, placement_id, weekday, starts_at, ends_at, minutes)
select seeded(n * 8 + day), moment(), moment(), 1, p.authority_id, p.id,
  (array['monday', 'tuesday', 'wednesday', 'thursday'])[day], '09:00',
  (array['11:00', '12:00', '13:00'])[1 + dice(n, 10, 3)], (array[120, 180, 240])[1 + dice(n, 10, 3)]
from generate_series(1, {placements}) n join placement p on p.id = seeded(n) cross join generate_series(1, 1 + dice(n, 9, 4)) day;
-- A register of 25 school days, from some day of 38 weeks on, mornings and afternoons.
insert into attendance_mark
  (id, created_at, updated_at, version, authority_id, placement_id, pupil_id, provider_id, date, session, code)
select seeded(n * 64 + day * 2 + half), moment(), moment(), 1, p.authority_id, p.id, p.pupil_id, p.provider_id,
  date '2025-06-02' + (begun + day) / 5 * 7 + (begun + day) % 5, (array['am', 'pm'])[1 + half],
  (array['/', E'\\', 'L', 'M', 'O', 'I'])[1 + case when dice(n * 64 + day, 12, 10) < 8 then half else 2 + dice(n * 64 + day, 13, 4) end]
from (select n, dice(n, 11, 165) as begun from generate_series(1, {placements}) n where n % 3 <> 2) drawn
join placement p on p.id = seeded(n) cross join generate_series(0, 24) day cross join generate_series(0, 1) half;

insert into framework (id, created_at, updated_at, version, code, name, owner)
values (seeded(1), moment(), moment(), 1, 'nation', 'The framework', 'The nation');
insert into framework_version (id, created_at, updated_at, version, framework_id, edition, source, rated)
values (seeded(1), moment(), moment(), 1, seeded(1), '2026', 'S1', true);
insert into rating (id, created_at, updated_at, version, framework_version_id, code, label, position, falls_short)
select seeded(n), moment(), moment(), 1, seeded(1), 'r' || n, 'Rating ' || n, n, n > 3 from generate_series(1, 4) n;
insert into section (id, created_at, updated_at, version, framework_version_id, code, title, position)
select seeded(n), moment(), moment(), 1, seeded(1), 's' || n, 'Section ' || n, n from generate_series(1, 4) n;
insert into standard (id, created_at, updated_at, version, framework_version_id, section_id, code, title, source, phase, position,
  answer, evidence_wanted, competent_person, damaged)
select seeded(n), moment(), moment(), 1, seeded(1), seeded(1 + (n - 1) % 4), 'c' || n, 'Standard ' || n, 'S1', 'on_visit', n,
  'rating', '[]'::jsonb, false, false
from generate_series(1, 20) n;
-- The last eleventh of the visits is still to come.
insert into visit (id, created_at, updated_at, version, authority_id, provider_id, partnership_id, framework_version_id, purpose,
  planned_for, state, report_state, completed_at)
select seeded(n), moment(), moment(), 1, p.authority_id, p.id, seeded(1 + (provider - 1) % 40 + 40 * dice(n, 2, 2)), seeded(1),
  'The visit of the term', date '{day}' - dice(n, 3, 400) + case when n > {visits} then 430 else 0 end,
  case when n > {visits} then 'planned' else 'complete' end,
  case when n > {visits} then 'draft' when dice(n, 4, 20) = 0 then 'with_provider' else 'published' end,
  case when n <= {visits} then moment() - dice(n, 3, 400) * interval '1 day' end
from (select n, 1 + dice(n, 1, {providers}) as provider from generate_series(1, {visits} * 11 / 10) n) drawn
join provider p on p.id = seeded(provider);
insert into finding (id, created_at, updated_at, version, authority_id, visit_id, provider_id, standard_id, rating_id, seen, action, settled)
select seeded(n * 32 + standard), moment(), moment(), 1, v.authority_id, v.id, v.provider_id, seeded(standard),
  seeded(1 + dice(n * 32 + standard, 1, 4)), 'Records are kept and looked at.', 'Look again next term.', true
from generate_series(1, {visits}) n join visit v on v.id = seeded(n) cross join generate_series(1, 20) standard;

-- Files of evidence first, then those of documents, eight a provider.
insert into file (id, created_at, updated_at, version, authority_id, owner_account_id, state, byte_size, media_type)
select seeded(n), moment(), moment(), 1, seeded(1), '{sender}'::uuid, 'accepted', 60000, 'application/pdf'
from generate_series(1, {evidence} + {providers} * 8) n;
insert into evidence (id, created_at, updated_at, version, authority_id, provider_id, visit_id, standard_id, kind, file_id, captured_at,
  captured_by_id)
select seeded(n), moment(), moment(), 1, v.authority_id, v.provider_id, v.id, seeded(1 + dice(n, 2, 20)), 'photo', seeded(n), moment(),
  '{sender}'::uuid
from generate_series(1, {evidence}) n join visit v on v.id = seeded(1 + dice(n, 1, {visits}));
insert into document_type (id, created_at, updated_at, version, code, name, asks_expiry, asks_cover, citation)
select seeded(n), moment(), moment(), 1, 'type_' || n, 'Document ' || n, true, false, 'S1' from generate_series(1, 8) n;
insert into document (id, created_at, updated_at, version, authority_id, provider_id, file_id, title, issued_on, starts_on, expires_on, state)
select seeded(n), moment(), moment(), 1, p.authority_id, p.id, seeded({evidence} + n), 'Document ' || n, date '2025-01-01',
  date '2025-01-01', date '{day}' - 100 + dice(n, 1, 460),
  (array['accepted', 'accepted', 'accepted', 'submitted', 'refused', 'withdrawn'])[1 + dice(n, 2, 6)]
from generate_series(1, {providers} * 8) n join provider p on p.id = seeded(1 + (n - 1) % {providers});
insert into document_proof (id, created_at, updated_at, version, authority_id, document_id, provider_id, document_type_id)
select d.id, moment(), moment(), 1, d.authority_id, d.id, d.provider_id, seeded(1 + (n - 1) / {providers})
from generate_series(1, {providers} * 8) n join document d on d.id = seeded(n);
