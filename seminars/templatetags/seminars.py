"""What every template may say beyond Django's own tags."""

from django import template

register = template.Library()
