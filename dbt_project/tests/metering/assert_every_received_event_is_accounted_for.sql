-- Fails if a row of a usage file is in none of the counts, or in two: then usage would be lost or billed twice unseen.
select
    file_name,
    usage_date,
    events_received,
from {{ ref('usage_accounting') }}
where
    events_received <> events_rated + events_free + events_waiting
    + events_rejected + events_duplicate + events_superseded + events_ignored
