"""By which time zone rules the moments of all talks were derived last."""

from django.db import models

from seminars.models.history import Change
from seminars.times import DepartmentZone


class ZoneRules(models.Model):
    """The rules of one zone, and the change in which the moments of its talks followed them."""

    local_zone = models.CharField(max_length=64, primary_key=True)  # as in `Talk.local_zone`: "" is the department's
    name = models.CharField(max_length=64)  # the IANA name
    rules = models.CharField(max_length=16)  # a digest, as in `Talk.zone_rules`
    version = models.CharField(max_length=20)  # the release of the time zone data, such as "2026f"; "" if unknown
    former_name = models.CharField(max_length=64, blank=True, default="", db_default="")  # that the department left
    former_choice = models.CharField(max_length=64, blank=True, default="", db_default="")  # what its row said
    change = models.ForeignKey(Change, models.SET_NULL, null=True, related_name="+")  # null where no talk has moved
    derived_at = models.DateTimeField(auto_now=True)

    class Meta:
        default_permissions = ()

    @property
    def written_to_go_back(self) -> str:
        """What the row must say for the zone that was left: what it said then, unless TIME_ZONE has changed since."""
        leads_there = DepartmentZone.of(self.former_choice).name == self.former_name
        return self.former_choice if leads_there else self.former_name

    def __str__(self) -> str:
        return f"{self.name} ({self.version})"
