"""Kit lists are handed in and confirmed as the allocation list is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("randomization", "0007_list_without_kits")]

    operations = [
        migrations.AddField(
            model_name="handedinlist",
            name="kind",
            field=models.CharField(
                choices=[("ALLOCATION", "Allocation list"), ("KITS", "Kit list")],
                default="ALLOCATION",
                max_length=10,
            ),
            preserve_default=False,
        ),
        migrations.RenameField(model_name="handedinlist", old_name="slots", new_name="counts"),
        migrations.AlterField(
            model_name="handedinlist",
            name="counts",
            field=models.JSONField(verbose_name="places by stratum, or pairs of kits by site"),
        ),
        migrations.RemoveConstraint(model_name="handedinlist", name="one_list_under_way_or_loaded"),
        migrations.AddConstraint(
            model_name="handedinlist",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["ALLOCATION", "KITS"])), name="list_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="handedinlist",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("HANDED_IN", "CONFIRMED"))),
                fields=("kind",),
                name="one_list_of_a_kind_under_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="handedinlist",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("kind", "ALLOCATION"), ("state__in", ["HANDED_IN", "CONFIRMED", "LOADED"])
                ),
                fields=("kind",),
                name="one_allocation_list_under_way_or_loaded",
            ),
        ),
    ]
