"""Checking a person who signs in, and their passwords."""

from typing import Any

from django.contrib.auth.forms import AdminPasswordChangeForm, SetPasswordForm, SetUnusablePasswordMixin, UserChangeForm
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars.actions import accounts, roles
from seminars.models import User


class AccountForm(UserChangeForm):
    """A person; people cannot remove their own access."""

    class Meta(UserChangeForm.Meta):
        labels = {"is_superuser": _("Administrator")}
        help_texts = {
            "is_active": _(
                "Deactivate an account instead of deleting it, so that the person’s name stays on their changes."
            ),
            "is_superuser": _(
                "Administrators can do everything. To make this person an organiser, choose their series below."
            ),
        }

    is_own = False  # whether it is the row of the person who fills the form in

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        is_administrator = cleaned.get("is_superuser", self.instance.is_superuser)  # a group may decide about that
        if not (cleaned.get("is_active") and is_administrator):
            if self.is_own:
                raise roles.own_access_stays()
            roles.check_administrator_left(self.instance)
        return cleaned


class AccountPasswordForm(AdminPasswordChangeForm):
    """Another person's temporary password, or none; Django's warning about the old one is only in English."""

    usable_password_help_text = format_lazy(
        '{}<ul id="id_unusable_warning" class="messagelist"><li class="warning">{}</li></ul>',
        SetUnusablePasswordMixin.usable_password_help_text,
        _("If disabled, the current password for this user will be lost."),
    )

    def set_password_and_save(self, user: User, *args: Any, **options: Any) -> User:
        if self.cleaned_data["set_usable_password"]:
            accounts.give_temporary_password(user, self.cleaned_data["password1"])
        else:
            super().set_password_and_save(user, *args, **options)
        accounts.tell_of_password(user, by=None)
        return user


class FirstPasswordForm(SetPasswordForm):
    """The password that a person chooses in place of a temporary one."""

    def clean_new_password2(self) -> str:
        chosen = self.cleaned_data.get("new_password2", "")
        if self.user.check_password(chosen):
            raise ValidationError(gettext("This is the temporary password. Choose a different one."))
        return chosen
