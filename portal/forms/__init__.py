"""The portal's forms."""

from .forgot_password import ForgotPasswordForm
from .set_password import SetPasswordForm
from .sign_in import SignInForm

__all__ = ["ForgotPasswordForm", "SetPasswordForm", "SignInForm"]
