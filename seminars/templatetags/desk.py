"""What the templates of the desk may say beyond those of the site."""

from django import template

from seminars.models import words

register = template.Library()

register.filter("speaker_and_title", words.speaker_and_title)
