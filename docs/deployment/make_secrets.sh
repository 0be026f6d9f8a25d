#!/bin/sh
# Makes the files in secrets/ that docker-compose.yml hands to its services. What is there already is kept.
# The key of the allocation list is not made here: docs/operations.md says who makes it, and where.
# Run as root, so that the vault's account (10001) can own its key.
set -eu
cd "$(dirname "$0")/../.."
umask 077
mkdir -p secrets

make() {
    [ -e "secrets/$1" ] || { head -c 36 /dev/urandom | base64 | tr -d '\n' | tr '+/' '-_' >"secrets/$1"; }
    chmod 444 "secrets/$1" # each service reads it under an account of its own; the directory is closed to others
}

make secret_key
for role in administrator owner web vault; do make "database_password_$role"; done

if [ ! -e secrets/email_url ]; then
    echo "secrets/email_url is missing: write smtp+tls://user:password@host:587 into it." >&2
else
    chmod 444 secrets/email_url
fi
if [ ! -e secrets/vault_key ]; then
    echo "secrets/vault_key is missing: see docs/operations.md." >&2
else
    chown 10001:10001 secrets/vault_key
    chmod 400 secrets/vault_key
fi
