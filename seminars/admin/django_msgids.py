"""What Django says on its pages about passwords and lacks in German: named, so that `make words` keeps ours."""

from django.utils.translation import gettext_noop as _

LACKING = (
    _("After you’ve created a user, you’ll be able to edit more user options."),
    _("Password-based authentication"),
    _("Enabled"),
    _("Disabled"),
    _(
        "Whether the user will be able to authenticate using a password or not. "
        "If disabled, they may still be able to authenticate using other backends, "
        "such as Single Sign-On or LDAP."
    ),
    _("Password-based authentication was disabled."),
    _("Conflicting form data submitted. Please try again."),
    _("Raw passwords are not stored, so there is no way to see the user’s password."),
    _("Enable password-based authentication for this user by setting a password."),
    _("This action will <strong>enable</strong> password-based authentication for this user."),
    _("Enable password-based authentication"),
    _("Disable password-based authentication"),
    _("Set password: %s"),
    _("Set password"),
    _("Reset password"),
)
