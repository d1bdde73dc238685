-- kinamo-policy: the accounts, where several hosts share them (see kinamo-hosts(7)). Load this into an
-- empty database, once:
--   createdb mail && psql -d mail -f /usr/share/kinamo-policy/conf.d/postgresql/accounts.sql
-- 94-kinamo-sql.conf and 94-kinamo-proxy.conf of each Dovecot ask for these columns.

CREATE TABLE accounts (
    -- The complete address, which is the username (promise C6).
    address text PRIMARY KEY CHECK (address = lower(address) AND address LIKE '_%@_%'),
    -- As "doveadm pw -s CRAM-MD5" prints it: that scheme serves PLAIN and CRAM-MD5 (promise C9).
    password text NOT NULL CHECK (password LIKE '{_%}_%'),
    -- Behind a proxy: the name of the host that has the mailbox.
    host text,
    -- What differs for this user; NULL: as for everybody.
    quota bigint CHECK (quota > 0), -- bytes
    language text,
    pop3_mode text CHECK (pop3_mode IN ('off', 'observe', 'warn', 'enforce')),
    tls_mode text CHECK (tls_mode IN ('off', 'observe', 'warn', 'enforce'))
);

-- Dovecot only reads.
CREATE ROLE dovecot LOGIN;
GRANT SELECT ON accounts TO dovecot;
