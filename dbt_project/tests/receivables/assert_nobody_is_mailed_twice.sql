-- Fails if a mail that was accepted, or may have been, is proposed again.
select
    mails.mail_key,
    mails.purpose,
    deliveries.state,
from {{ ref('mails_to_send') }} as mails
inner join {{ ref('deliveries') }} as deliveries on mails.mail_key = deliveries.mail_key
where deliveries.state <> 'failed'
