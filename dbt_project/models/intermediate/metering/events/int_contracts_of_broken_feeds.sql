-- Whose usage cannot be trusted today: of what a source sent on the last day that it sent anything more than half was
-- refused, and the contract has a fee for a meter that this source has ever fed. A mended file that comes that day or
-- later, or a withdrawal of the broken one, ends it.
with

files as (

    select * from {{ ref('stg_intake__files') }} where stream = 'usage'

),

metered as (

    select distinct file_name, meter from {{ ref('int_usage_metered') }} where state <> 'day'

),

routes as (

    select distinct contract_id, meter from {{ ref('int_contract_meter_routes') }} where has_fee

),

newest_days as (

    select
        source,
        rows_received,
        rows_rejected,
        cast(received_at as date) = max(cast(received_at as date)) over (partition by source) as is_newest,
    from files

),

{# A hundred rows: what a person tries by hand is no feed. #}
broken as (

    select
        source,
        sum(rows_received) as rows_received,
        sum(rows_rejected) as rows_rejected,
    from newest_days
    where is_newest
    group by source
    having sum(rows_received) >= 100 and sum(rows_rejected) * 2 > sum(rows_received)

),

fed as (

    select distinct
        files.source,
        metered.meter,
    from files
    inner join metered on files.file_name = metered.file_name

),

{# A source of which no row was ever good may feed whatever no other source feeds. #}
doubtful as (

    select
        broken.source,
        fed.meter,
    from broken
    inner join fed on broken.source = fed.source
    union all
    select
        newcomers.source,
        routes.meter,
    from (from broken anti join fed using (source)) as newcomers
    cross join (select distinct meter from routes anti join fed using (meter)) as routes

)

select
    routes.contract_id,
    min(doubtful.source) as source,
from routes
inner join doubtful on routes.meter = doubtful.meter
group by routes.contract_id
