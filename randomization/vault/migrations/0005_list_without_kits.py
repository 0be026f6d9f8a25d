"""The allocation list holds no kits: they have lists of their own."""

from django.db import migrations

BACKWARD = """
CREATE TABLE vault.kit (
    kitno text PRIMARY KEY,
    site text,
    sealed bytea NOT NULL UNIQUE CHECK (octet_length(sealed) = 117)
);
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0004_kits")]

    operations = [migrations.RunSQL("DROP TABLE vault.kit", BACKWARD)]
