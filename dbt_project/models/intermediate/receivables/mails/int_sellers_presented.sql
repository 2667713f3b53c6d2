with

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

presented as (

    select
        entity_id,
        to_json({
            'entity_id': entity_id, 'name_ja': name_ja, 'name_en': name_en, 'postal_code': postal_code,
            'address_ja': address_ja, 'address_en': address_en, 'tel': tel, 'email': email,
            'contact_ja': contact_ja, 'contact_en': contact_en, 'registration_number': registration_number,
            'mail_from_email': mail_from_email, 'mail_from_name': mail_from_name, 'reply_to': reply_to,
            'bank_accounts': bank_accounts
        }) as seller,
    from entities

)

select * from presented
