"""What is fetched along with talks beside series and room."""

from django.db.models import Prefetch

from seminars.models.appearance import Appearance
from seminars.models.series import Series
from seminars.models.topic import Topic


def prefetched_for_pages() -> list[Prefetch]:
    """Return what is fetched along with talks beside series and room: three queries however many talks."""
    return [
        Prefetch("appearances", Appearance.objects.in_order().with_page().select_related("speaker")),
        Prefetch("also_in", Series.objects.in_order()),
        Prefetch("topics", Topic.objects.in_order_of_entries()),
    ]


def prefetched_for_lists() -> list[Prefetch]:
    """Return what a list shows of talks beside series and room: two queries; people do not know of their page."""
    return [
        Prefetch("appearances", Appearance.objects.in_order().select_related("speaker")),
        Prefetch("also_in", Series.objects.in_order()),
    ]
