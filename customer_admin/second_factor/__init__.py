"""A second factor for staff: an authenticator app and recovery codes. Hosts that do not want it do not install it."""
