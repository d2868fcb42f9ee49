-- A country's records, made up: psql --set placements=60000 --file nation.sql
-- For a database that is migrated and has one account, an officer. Of 60,000 placements there are 20,000 pupils, 400 providers, 2,000,000
-- attendance marks, 2,000 visits with 100,000 judgements and as many findings, 10,000 pieces of evidence and 5,000 documents; other
-- numbers in proportion. Nothing is random: the same number makes the same rows.

begin;

select
    greatest(5, :placements / 150) as providers,
    :placements / 3 as pupils,
    greatest(10, :placements / 600) as schools,
    :placements / 30 as visits,
    :placements / 12 as documents,
    least(40, :placements / 30) as own_visits,
    (select id from local_authority) as authority,
    (select id from account) as officer,
    (select version.id from framework_version version join framework on framework.id = framework_id where code = 'derby') as framework
\gset

-- The id of the n-th row of a kind, later ones sorting behind earlier ones, as those do that Waymark makes.
create function pg_temp.id(kind int, n bigint) returns uuid language sql immutable as
    $$ select ('01900000-' || lpad(to_hex(kind), 4, '0') || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
-- What comes up when n throws a die of so many sides, from 0.
create function pg_temp.die(n bigint, sides int) returns int language sql immutable as
    $$ select (hashint8(n) & 2147483647) % sides $$;
create function pg_temp.one_of(n bigint, words text[]) returns text language sql immutable as
    $$ select words[1 + pg_temp.die(n, cardinality(words))] $$;

\set partnership 1
\set school 2
\set provider 3
\set site 4
\set pupil 5
\set placement 6
\set mark 7
\set visit 8
\set judgement 9
\set finding 10
\set file 11
\set evidence 12
\set document 13
\set other 14
\set stamps 'now(), now(), 1'

insert into partnership (id, authority_id, code, name, created_at, updated_at, version)
select pg_temp.id(:partnership, n), :'authority', 'P' || n, 'Partnership ' || n, :stamps
from generate_series(1, 5) n;

insert into school (id, authority_id, urn, name, phase, postcode, created_at, updated_at, version)
select pg_temp.id(:school, n), :'authority', 990000 + n, 'School number ' || n, 'secondary', 'FN1 1AA', :stamps
from generate_series(1, :schools) n;

insert into school_membership (id, authority_id, school_id, partnership_id, starts_on, created_at, updated_at, version)
select pg_temp.id(:other, n), :'authority', pg_temp.id(:school, n), pg_temp.id(:partnership, 1 + n % 5), current_date - 1000, :stamps
from generate_series(1, :schools) n;

insert into provider (id, authority_id, name, kind, registered, capacity, telephone, created_at, updated_at, version)
select pg_temp.id(:provider, n), :'authority', 'Provider number ' || n,
    (array['registered_school', 'unregistered', 'construction', 'animal_care', 'motor_vehicle', 'music', 'tuition', 'outdoor'])[1 + n % 8],
    n % 8 = 0, 10 + n % 40, '01632 960000', :stamps
from generate_series(1, :providers) n;

insert into site (id, authority_id, provider_id, name, address, postcode, starts_on, created_at, updated_at, version)
select pg_temp.id(:site, n), :'authority', pg_temp.id(:provider, n), 'Main site', n || ' Mill Lane', 'FN1 1AA', current_date - 1000, :stamps
from generate_series(1, :providers) n;

insert into pupil (id, authority_id, school_id, upn, given_name, family_name, date_of_birth, year_group, sen_provision, looked_after,
    created_at, updated_at, version)
select pg_temp.id(:pupil, n), :'authority', pg_temp.id(:school, 1 + n % :schools), 'A' || lpad(n::text, 12, '0'),
    pg_temp.one_of(n, array['Amber', 'Bram', 'Cora', 'Dylan', 'Effie', 'Finn', 'Greta', 'Hugo']), 'Family' || n % 997,
    current_date - 4000 - pg_temp.die(n, 2000), 7 + pg_temp.die(n + 1, 5),
    pg_temp.one_of(n + 2, array['none', 'none', 'sen_support', 'ehcp']), 'no', :stamps
from generate_series(1, :pupils) n;

-- The school on whose roll the pupil is buys the place.
insert into placement (id, authority_id, pupil_id, provider_id, site_id, on_roll_school_id, contracting_school_id, paying_school_id, state,
    starts_on, target_ends_on, ended_on, end_reason, rate_pence, rate_basis, purpose, created_at, updated_at, version)
select pg_temp.id(:placement, n), :'authority', pg_temp.id(:pupil, pupil), pg_temp.id(:provider, provider), pg_temp.id(:site, provider),
    pg_temp.id(:school, school), pg_temp.id(:school, school), pg_temp.id(:school, school), state, starts_on, starts_on + 180,
    case when state = 'ended' then starts_on + 90 end, case when state = 'ended' then 'Target date reached' end,
    8000 + 50 * pg_temp.die(n, 80), 'day', 'Small-group support while needs are assessed', :stamps
from (
    select n, 1 + n % :pupils as pupil, 1 + (n + n / :pupils) % :providers as provider, 1 + (1 + n % :pupils) % :schools as school,
        pg_temp.one_of(n, array['active', 'active', 'active', 'active', 'ended', 'agreed']) as state,
        current_date - 30 - pg_temp.die(n + 3, 600) as starts_on
    from generate_series(1, :placements) n
) drawn;

-- Two a day for 17 days up to yesterday, of which two thirds lack the last.
insert into attendance_mark (id, authority_id, placement_id, pupil_id, provider_id, date, session, code, created_at, updated_at, version)
select pg_temp.id(:mark, (half::bigint << 32) + n), :'authority', pg_temp.id(:placement, n), pg_temp.id(:pupil, 1 + n % :pupils),
    pg_temp.id(:provider, 1 + (n + n / :pupils) % :providers), current_date - 17 + half / 2, case half % 2 when 0 then 'am' else 'pm' end,
    pg_temp.one_of(n + half, array['B', 'B', 'B', 'B', 'B', 'B', 'I', 'O']), :stamps
from generate_series(0, 33) half, generate_series(1, :placements) n
where half < 33 or n % 3 = 0;

-- The officer is on the visits that are under way; another has made the rest.
insert into account (id, email, name, state, created_at, updated_at, version)
values (pg_temp.id(:other, 1), 'visitor@testshire.example', 'Vera Tester', 'active', :stamps);

create temporary table made as
select n, pg_temp.id(:visit, n) as visit, pg_temp.id(:provider, 1 + n % :providers) as provider, n <= :own_visits as is_own,
    case when n <= :own_visits then :'officer'::uuid else pg_temp.id(:other, 1) end as account
from generate_series(1, :visits) n;

insert into visit (id, authority_id, provider_id, framework_version_id, purpose, planned_for, state, report_state, summary, completed_at,
    created_at, updated_at, version)
select visit, :'authority', provider, :'framework', 'A visit of every year', current_date - case when is_own then 0 else 60 + n % 700 end,
    case when is_own then 'in_progress' else 'complete' end,
    case when is_own then 'draft' else pg_temp.one_of(n, array['published', 'published', 'agreed', 'with_provider']) end,
    repeat('What was seen on the day, in a few sentences. ', 4), case when is_own then null else now() - interval '60 days' end, :stamps
from made;

insert into visit_visitor (id, authority_id, visit_id, account_id, lead, created_at, updated_at, version)
select pg_temp.id(:other, 1000 + n), :'authority', visit, account, true, :stamps from made;

-- Fifty standards, whichever framework they are of.
create temporary table asked as
select row_number() over (order by standard.id) as number, standard.id as standard,
    (select id from rating where rating.framework_version_id = :'framework' order by md5(rating.id::text || standard.id) limit 1) as rating
from standard order by standard.id limit 50;

insert into judgement (id, authority_id, visit_id, provider_id, standard_id, account_id, rating_id, seen, action, revision,
    created_at, updated_at, version)
select pg_temp.id(:judgement, n * 50 + number), :'authority', visit, provider, standard, account, rating,
    repeat('Seen on the day by the visitor. ', 3), 'Nothing to do', 1, :stamps
from made, asked;

insert into finding (id, authority_id, visit_id, provider_id, standard_id, rating_id, seen, action, settled, created_at, updated_at, version)
select pg_temp.id(:finding, n * 50 + number), :'authority', visit, provider, standard, rating,
    repeat('Seen on the day by the visitor. ', 3), 'Nothing to do', true, :stamps
from made, asked;

-- Their bytes are nowhere: no race asks for them.
insert into file (id, authority_id, owner_account_id, state, sha256, byte_size, media_type, width, height, created_at, updated_at, version)
select pg_temp.id(:file, n), :'authority', :'officer', 'accepted', encode(sha256(n::text::bytea), 'hex'), 200000 + n,
    case when n <= :documents then 'application/pdf' else 'image/jpeg' end, 1600, 1200, :stamps
from generate_series(1, :documents + 5 * :visits) n;

insert into document (id, authority_id, provider_id, file_id, title, issued_on, starts_on, expires_on, state, created_at, updated_at, version)
select pg_temp.id(:document, n), :'authority', pg_temp.id(:provider, 1 + n % :providers), pg_temp.id(:file, n), 'Document number ' || n,
    current_date - 100, current_date - 100, current_date - 50 + pg_temp.die(n, 400),
    pg_temp.one_of(n, array['accepted', 'accepted', 'accepted', 'submitted']), :stamps
from generate_series(1, :documents) n;

insert into evidence (id, authority_id, provider_id, visit_id, standard_id, kind, file_id, caption, captured_at, captured_by_id,
    created_at, updated_at, version)
select pg_temp.id(:evidence, n * 5 + number), :'authority', provider, visit, standard, 'photo',
    pg_temp.id(:file, :documents + (n - 1) * 5 + number), 'As it was on the day', now(), account, :stamps
from made, asked where number <= 5;

-- What PostGraphile's people would write to have one mutation write what ours writes: the row, and beside it the change, the audit and
-- the key that makes it happen once.
create function write_contact(of_provider uuid, called text, reached_by text, once text, author uuid) returns contact language sql volatile as $$
    with made as (
        select gen_random_uuid() as id, authority_id, now() as at from provider where provider.id = of_provider
    ), said as (
        insert into change (authority_id, noun, noun_id, kind, account_id, at)
        select authority_id, 'contact', id, 'created', author, at from made
    ), noted as (
        insert into audit (authority_id, account_id, request_id, act, noun, noun_id, detail, at)
        select authority_id, author, once, 'addContact', 'contact', id, jsonb_build_object('changed', jsonb_build_array('contact:' || id)), at
        from made
    ), kept as (
        insert into idempotency (account_id, key, request_sha256, node_id, at)
        select author, once, encode(sha256(called::bytea), 'hex'), id, at from made
    )
    insert into contact (id, authority_id, provider_id, role, name, telephone, starts_on, created_at, updated_at, version)
    select id, authority_id, of_provider, 'key_contact', called, reached_by, current_date, at, at, 1 from made
    returning *
$$;
-- And to have a change tell of its judgement.
comment on table change is '@foreignKey (noun_id) references judgement (id)|@fieldName judgement|@foreignFieldName changes';

commit;
vacuum analyze;
